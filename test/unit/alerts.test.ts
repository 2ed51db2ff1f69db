import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { Registry } from 'prom-client';
import { parse } from 'yaml';
import { dashboardFiles } from '../../charts/dashboard.ts';
import { operatorMetrics } from '../../operator/metrics/operator-metrics.ts';
import { testMetrics } from '../../operator/metrics/test-metrics.ts';
import { runnerMetrics } from '../../runner/metrics.ts';
import { withTempDir } from '../cluster/tempdir.ts';

const FILE = join(import.meta.dirname, '../../charts/loadtest-operator/rules/loadtest.yaml');

type Alert = { alert: string; expr: string; annotations: Record<string, string> };
const text = readFileSync(FILE, 'utf8');
const alerts = (parse(text) as { groups: { rules: Alert[] }[] }).groups.flatMap(({ rules }) => rules);

/** The names of all metrics that the two programs have. */
async function known(): Promise<string[]> {
  const registry = new Registry();
  operatorMetrics(registry, () => ({}));
  const runner = runnerMetrics({ loadtest_namespace: '', loadtest: '', runner: '' }, () => undefined);
  const exposed = [testMetrics([]), await registry.metrics(), await runner.metrics()].join('\n');
  return [...exposed.matchAll(/^# TYPE (\w+) (\w+)$/gm)].flatMap(([, name = '', type]) =>
    type === 'histogram' ? [`${name}_bucket`] : [name],
  );
}

/** The metrics in an expression: names that stand before a selector, a bracket or the end, and are no label. */
const metricsIn = (expr: string) =>
  (expr.replace(/\{[^}]*\}|by \([^)]*\)/g, '').match(/\bloadtest_\w+/g) ?? []) as string[];

describe('what is asked of Prometheus', () => {
  it('is asked of metrics that there are', async () => {
    const names = await known();
    const model = JSON.parse(dashboardFiles()[0]!.text) as { panels: { targets?: { expr: string }[] }[] };
    const queries = [...alerts, ...model.panels.flatMap(({ targets = [] }) => targets)].map(({ expr }) => expr);
    for (const expr of queries) {
      const asked = metricsIn(expr);
      assert.ok(asked.length > 0, expr);
      for (const name of asked) assert.ok(names.includes(name), `${name} in ${expr}`);
    }
  });
});

const LABELS = 'loadtest_namespace="shop", loadtest="checkout"';
const series = (name: string, values: string) => ({ series: `${name}{${LABELS}}`, values });

/** What is there when an alert fires, and beside it what must not fire it. */
const CASES: { alert: string; fires: object[]; quiet: object[]; after: string; labels?: Record<string, string> }[] = [
  {
    alert: 'LoadTestFailed',
    fires: [series('loadtest_passed', 'NaN 0x10')],
    quiet: [series('loadtest_passed', 'NaN NaN 1x8')],
    after: '5m',
  },
  {
    alert: 'LoadTestRegressed',
    fires: [series('loadtest_regressed', '1x10')],
    quiet: [series('loadtest_regressed', 'NaN NaN 0x8')],
    after: '5m',
  },
  {
    alert: 'LoadTestRunnersLost',
    fires: [series('loadtest_runners_lost', '0 2x10')],
    quiet: [series('loadtest_runners_lost', '0x10')],
    after: '5m',
  },
  {
    alert: 'LoadTestGeneratorSaturated',
    fires: [series('loadtest_generator_saturated', '1x10')],
    quiet: [series('loadtest_generator_saturated', '0 0 0 0 0 1x5')],
    after: '5m',
  },
  {
    alert: 'LoadTestOperatorReconcileErrors',
    fires: [{ series: 'loadtest_operator_reconcile_errors_total{controller="loadtest"}', values: '0+1x90' }],
    quiet: [{ series: 'loadtest_operator_reconcile_errors_total{controller="loadtest"}', values: '5x90' }],
    after: '60m',
    labels: { controller: 'loadtest' },
  },
  {
    alert: 'LoadTestOperatorAbsent',
    fires: [],
    quiet: [{ series: 'loadtest_operator_queue_depth{controller="loadtest"}', values: '0x10' }],
    after: '10m',
    labels: {},
  },
];

describe('the alerts', () => {
  it('each have a case here, and say what they are about', () => {
    assert.deepEqual(
      alerts.map(({ alert }) => alert),
      CASES.map(({ alert }) => alert),
    );
    for (const { annotations } of alerts) assert.ok(annotations.summary && annotations.description);
  });

  for (const { alert, fires, quiet, after, labels } of CASES)
    it(`${alert} fires when it must, and only then`, async (t: TestContext) => {
      if (spawnSync('promtool', ['--version']).error !== undefined) {
        t.skip('needs promtool');
        return;
      }
      const expected = { loadtest_namespace: 'shop', loadtest: 'checkout' };
      const alarm = alerts.find((a) => a.alert === alert) as Alert & { labels: Record<string, string> };
      const told = (text: string) =>
        text
          .replace(
            /\{\{ \$labels\.(\w+) \}\}/g,
            (_, name) => ({ ...expected, controller: 'loadtest' })[name as 'loadtest'],
          )
          .replace('{{ $value }}', '2');
      const annotations = Object.fromEntries(
        Object.entries(alarm.annotations).map(([key, value]) => [key, told(value)]),
      );
      const firing = { exp_labels: { ...(labels ?? expected), ...alarm.labels }, exp_annotations: annotations };
      const test = (input: object[], found: object[]) => ({
        interval: '1m',
        input_series: input,
        alert_rule_test: [{ eval_time: after, alertname: alert, exp_alerts: found }],
      });
      await withTempDir(async (dir) => {
        const file = join(dir, 'test.yaml');
        writeFileSync(file, JSON.stringify({ rule_files: [FILE], tests: [test(fires, [firing]), test(quiet, [])] }));
        const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', file], { encoding: 'utf8' });
        assert.equal(status, 0, stdout + stderr);
      });
    });
});
