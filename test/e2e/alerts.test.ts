import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { Registry } from 'prom-client';
import { parse } from 'yaml';
import { RECORDING_RULES } from '../../charts/recording-rules.ts';
import { testMetrics } from '../../operator/metrics/loadtest-metrics.ts';
import { operatorMetrics } from '../../operator/metrics/operator-metrics.ts';
import { runnerMetrics } from '../../runner/agent/metrics/metrics.ts';
import { binaries } from '../cluster/build/binaries.ts';
import { withTempDir } from '../cluster/system/tempdir.ts';
import { chart } from './support/environment.ts';

const FILE = join(chart, 'rules/loadtest.yaml');
const RECORDING = join(chart, 'rules/recording.yaml');

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
    alert: 'LoadTestInconclusive',
    fires: [series('loadtest_complete', '0 1x10'), series('loadtest_passed', 'NaN NaN NaN NaN NaN NaN')],
    quiet: [series('loadtest_complete', '0 0 0 0 0 1'), series('loadtest_passed', 'NaN NaN NaN NaN NaN 0')],
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

/** Two runners: 60 requests a second each, of which one took 5 to 10 ms and the others at most 5 ms; one in 120 failed. */
const RUNNERS = ['0', '1'].flatMap((runner) => {
  const labels = `${LABELS}, runner="${runner}"`;
  const of = (name: string, perSecond: number, own = '') => ({
    series: `loadtest_runner_${name}{${labels}${own}}`,
    values: `0+${perSecond * 15}x20`,
  });
  const counters = { done: 59.5, timeout: 0.25, failed: 0.25, dropped: 0, aborted: 0, unexpected: 0 };
  return [
    ...Object.entries(counters).map(([name, perSecond]) => of(`requests_${name}_total`, perSecond, ', request="get"')),
    ...Object.entries({ '0.0025': 0, '0.005': 59, '0.01': 60, '+Inf': 60 }).map(([le, perSecond]) =>
      of('response_time_seconds_bucket', perSecond, `, request="get", le="${le}"`),
    ),
  ];
});

let promtool: string;

before(async () => {
  promtool = join(await binaries('prometheus', console.error), 'promtool');
});

/** Runs promtool, whose output explains a failure. */
function check(args: readonly string[], input = ''): void {
  const { status, stdout, stderr } = spawnSync(promtool, args, { encoding: 'utf8', input });
  assert.equal(status, 0, stdout + stderr);
}

const testRules = (rules: string, tests: object[]) =>
  withTempDir(async (dir) => {
    const file = join(dir, 'test.yaml');
    writeFileSync(file, JSON.stringify({ rule_files: [rules], evaluation_interval: '15s', tests }));
    check(['test', 'rules', file]);
  });

describe('promtool', () => {
  it('finds nothing wrong with the rules', () =>
    check(['check', 'rules', '--lint=all', '--lint-fatal', FILE, RECORDING]));

  it('finds nothing wrong with the names, types and texts of the metrics', async () => {
    const registry = new Registry();
    operatorMetrics(registry, { depths: () => ({}), isLeading: () => true });
    const runner = await runnerMetrics({ loadtest_namespace: 'a', loadtest: 'b', runner: '0' }, undefined);
    check(['check', 'metrics'], [await registry.metrics(), ...testMetrics([]), runner].join('\n'));
  });
});

describe('the recording rules', () => {
  const expected = [
    { record: 'loadtest:response_time_seconds:p50_rate1m', value: 0.0025 + 0.0025 * (60 / 118) },
    { record: 'loadtest:response_time_seconds:p95_rate1m', value: 0.0025 + 0.0025 * (114 / 118) },
    { record: 'loadtest:response_time_seconds:p99_rate1m', value: 0.005 + 0.005 * (0.8 / 2) },
    { record: 'loadtest:errors:ratio_rate1m', value: 1 / 120 },
  ];

  it('have a case each', () =>
    assert.deepEqual(
      expected.map(({ record }) => record),
      RECORDING_RULES.map(({ record }) => record),
    ));

  it('are the quantiles of all runners together and their share of errors', () =>
    testRules(RECORDING, [
      {
        interval: '15s',
        input_series: RUNNERS,
        promql_expr_test: expected.map(({ record, value }) => ({
          expr: `round(${record} * 1e6)`,
          eval_time: '4m',
          exp_samples: [{ labels: `{${LABELS}}`, value: Math.round(value * 1e6) }],
        })),
      },
    ]));
});

describe('the alerts', () => {
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
      await testRules(FILE, [test(fires, [firing]), test(quiet, [])]);
    });
});
