import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { parse } from 'yaml';
import { binaries } from '../cluster/build/binaries.ts';
import { withTempDir } from '../cluster/system/tempdir.ts';
import { chart } from './support/environment.ts';

const FILE = join(chart, 'rules/loadtest.yaml');

type Alert = { alert: string; labels: Record<string, string>; annotations: Record<string, string> };
const text = readFileSync(FILE, 'utf8');
const alerts = (parse(text) as { groups: { rules: Alert[] }[] }).groups.flatMap(({ rules }) => rules);

const LABELS = 'loadtest_namespace="shop", loadtest="checkout"';
const series = (name: string, values: string) => ({ series: `${name}{${LABELS}}`, values });

/** For each alert, series that make it fire and series that do not. */
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
  let promtool: string;

  before(async () => {
    promtool = join(await binaries('prometheus', console.error), 'promtool');
  });

  it('have a case each, a summary and a description', () => {
    assert.deepEqual(
      alerts.map(({ alert }) => alert),
      CASES.map(({ alert }) => alert),
    );
    for (const { annotations } of alerts) assert.ok(annotations.summary && annotations.description);
  });

  for (const { alert, fires, quiet, after, labels } of CASES)
    it(`${alert} fires for its condition, and not otherwise`, async () => {
      const expected = { loadtest_namespace: 'shop', loadtest: 'checkout' };
      const alarm = alerts.find((a) => a.alert === alert)!;
      const expand = (text: string) =>
        text
          .replace(
            /\{\{ \$labels\.(\w+) \}\}/g,
            (_, name) => ({ ...expected, controller: 'loadtest' })[name as 'loadtest'],
          )
          .replace('{{ $value }}', '2');
      const annotations = Object.fromEntries(
        Object.entries(alarm.annotations).map(([key, value]) => [key, expand(value)]),
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
        const { status, stdout, stderr } = spawnSync(promtool, ['test', 'rules', file], { encoding: 'utf8' });
        assert.equal(status, 0, stdout + stderr);
      });
    });
});
