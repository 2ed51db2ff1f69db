import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Registry } from 'prom-client';
import { parse } from 'yaml';
import { dashboardFiles } from '../../../charts/dashboards/files.ts';
import { RECORDING_RULES } from '../../../charts/recording-rules.ts';
import { testMetrics } from '../../../operator/metrics/loadtest-metrics.ts';
import { operatorMetrics } from '../../../operator/metrics/operator-metrics.ts';
import { runnerMetrics } from '../../../runner/agent/metrics/metrics.ts';

const FILE = join(import.meta.dirname, '../../../charts/loadtest-operator/rules/loadtest.yaml');

type Alert = { expr: string };
const text = readFileSync(FILE, 'utf8');
const alerts = (parse(text) as { groups: { rules: Alert[] }[] }).groups.flatMap(({ rules }) => rules);

/** The names of all metrics of operator and runner. */
async function exposedMetrics(): Promise<string[]> {
  const registry = new Registry();
  operatorMetrics(registry, { depths: () => ({}), isLeading: () => true });
  const runner = await runnerMetrics({ loadtest_namespace: '', loadtest: '', runner: '' }, undefined);
  const exposed = [...testMetrics([]), await registry.metrics(), runner].join('\n');
  return [...exposed.matchAll(/^# TYPE (\w+) (\w+)$/gm)].flatMap(([, name = '', type]) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_count`] : [name],
  );
}

/** The metrics in an expression, without the labels in its selectors and clauses. */
const metricsIn = (expr: string) =>
  (expr.replace(/\{[^}]*\}|(by|on|group_left) \([^)]*\)/g, '').match(/\bloadtest_\w+/g) ?? []) as string[];

describe('the rules and the dashboards', () => {
  it('query only existing metrics', async () => {
    const names = await exposedMetrics();
    type Model = { panels: { targets?: { expr: string }[] }[]; annotations: { list?: { expr: string }[] } };
    const models = dashboardFiles().map(({ text }) => JSON.parse(text) as Model);
    const ofDashboards = models.flatMap(({ panels, annotations: { list = [] } }) => [
      ...panels.flatMap(({ targets = [] }) => targets),
      ...list,
    ]);
    const queries = [...alerts, ...RECORDING_RULES, ...ofDashboards].map(({ expr }) => expr);
    assert.ok(queries.length > 100);
    for (const expr of queries) {
      const queried = metricsIn(expr);
      assert.ok(queried.length > 0, expr);
      for (const name of queried) assert.ok(names.includes(name), `${name} in ${expr}`);
    }
  });
});
