import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { COUNTER_NAMES } from '../../api/status/counters.ts';
import { DASHBOARDS } from '../../charts/dashboards/files.ts';
import { counterOf } from '../../charts/promql.ts';
import { until } from '../cluster/system/wait.ts';
import { filled, peakOf, QUERIES, type Selection, VARIABLES, withoutData } from './support/dashboards.ts';
import { chart, kubectl, OPERATOR_NAMESPACE, RELEASE } from './support/environment.ts';
import { type EndedLoadTest, type Spec, useNamespace } from './support/namespace.ts';
import { scalar, series } from './support/prometheus.ts';
import { assertNotFailed } from './support/verdict.ts';

/** Prometheus discovers new pods every five seconds, and later on a busy machine. */
const open = (rate: number, duration: string, maxInFlight = 6): Spec['load'] => ({
  type: 'Open',
  open: { stages: [{ duration, rate }], maxInFlight },
});

const thresholds = (longest: string): Spec['thresholds'] => [
  { metric: 'errors', max: '1%' },
  { metric: 'responseTime.p99', max: longest },
  { metric: 'firstByte.p90', max: longest },
  { metric: 'serviceTime.p50', min: '1us', max: longest, request: 'good' },
  { metric: 'rate', min: '1' },
];

/** A step of a range later than now, because the newest sample lies between two steps. */
const justAfter = () => new Date(Date.now() + 2000);

/** What the panel of a verdict makes of each. */
const [FAILED, PASSED, INCONCLUSIVE] = [0, 1, 3];

/** The one comparison is of runs that are too short for one, which has the value NaN. */
const AGAINST_BASELINE = 'Runs of this namespace: F';

describe('the dashboards, for LoadTests on a real node', () => {
  const ended = new Map<string, EndedLoadTest>();
  /** Of the failed test while it ran. */
  let whileRunning: Selection;
  let whole: Selection['range'];

  const ns = useNamespace('dashboard', {
    prepare: async (ns) => {
      const from = new Date();
      const target = { url: ns.url('/dashboard'), timeout: '1s' };
      const selected = (loadtest: string) => ({ namespace: ns.name, loadtest });
      const short = { target, requests: [{ name: 'good' }], load: open(40, '5s') };
      const run = async (name: string, spec: Spec) => void ended.set(name, await ns.runToEnd(name, spec, 120));
      await Promise.all([
        // The one with data for every panel.
        run('failed', {
          target,
          requests: [
            { name: 'good', weight: 16 },
            { name: 'slow', path: '?delay=3000' },
            { name: 'unexpected', path: '?status=503' },
            { name: 'reset', path: '?reset=1' },
          ],
          load: open(60, '20s'),
          thresholds: thresholds('3s'),
          // The metric of throttling exists only with a limit; this one is high enough not to throttle.
          runners: { replicas: 2, template: { resources: { requests: { cpu: '100m' }, limits: { cpu: '2' } } } },
        }),
        // It passes on a busy node, too.
        run('passed', {
          target: { ...target, timeout: '20s' },
          requests: [{ name: 'good' }],
          load: open(20, '15s', 300),
          thresholds: thresholds('20s'),
        }),
        run('short', short),
        // Too short to be compared: its metric has the value for that.
        run('short-again', { ...short, compareWith: { name: 'short' } }),
        (async () => {
          // The status has figures from ten seconds of load on.
          const figures = `loadtest_achieved_rate{loadtest_namespace="${ns.name}", loadtest="failed"} > 0`;
          await until('results of the running test', () => scalar(ns.environment, figures), { timeoutMs: 90_000 });
          whileRunning = { range: { from, to: justAfter() }, values: selected('failed') };
          emptyWhileRunning = await withoutData(ns.environment, 'loadtest', whileRunning);
        })(),
      ]);
      const complete = `sum(loadtest_complete{loadtest_namespace="${ns.name}"}) == ${ended.size}`;
      await until('the scraped results', () => scalar(ns.environment, complete), {
        timeoutMs: 10_000,
        intervalMs: 200,
      });
      whole = { from, to: justAfter() };
    },
  });
  let emptyWhileRunning: string[];
  const selection = (loadtest: string): Selection => ({ range: whole, values: { namespace: ns.name, loadtest } });

  it('have data in every query for a failed test', async () =>
    assert.deepEqual(await withoutData(ns.environment, 'loadtest', selection('failed')), [AGAINST_BASELINE]));

  it('have data in every query for a passed test, except for errors by kind', async () =>
    assert.deepEqual(await withoutData(ns.environment, 'loadtest', selection('passed')), [
      'Errors by kind: A',
      AGAINST_BASELINE,
    ]));

  it('have data for a running test, except for what only its end tells', () =>
    // The thresholds are judged shortly before the end, which may be now.
    assert.deepEqual(
      emptyWhileRunning.filter((name) => !/^Thresholds: [CD]$/.test(name)),
      [AGAINST_BASELINE, 'Load ends'],
    ));

  it('have data in every query about the operator', async () =>
    assert.deepEqual(await withoutData(ns.environment, 'operator', selection('')), []));

  it('have data in every query over releases, except for those about capacity and the regressions', async () => {
    const empty = await withoutData(ns.environment, 'capacity', { range: whole, values: { namespace: ns.name } });
    assert.deepEqual(
      empty.filter((name) => !/^(Capacity|Bracket|Regressions|Runs: [CDEI])/.test(name)),
      [],
    );
  });

  it('have values above zero where the test caused some', async () => {
    const peak = async (expr: string) => (await peakOf(ns.environment, expr, selection('failed'))) ?? 0;
    for (const name of ['Requests per second', 'Errors by kind', 'In flight', 'Share of errors'])
      for (const { expr } of QUERIES.filter((query) => query.name === `${name}: A`))
        assert.ok((await peak(expr)) > 0, name);
    for (const name of COUNTER_NAMES.filter((name) => name !== 'aborted'))
      assert.ok((await peak(`${counterOf(name, 'loadtest_runner')}{loadtest="$loadtest"}`)) > 0, name);
  });

  it('tell the verdicts of both tests', async () => {
    const verdict = QUERIES.find((query) => query.dashboard === 'loadtest' && query.name === 'Verdict: A')!;
    const last = async (loadtest: string) =>
      scalar(ns.environment, filled(verdict.expr, { namespace: ns.name, loadtest }));
    const { status } = assertNotFailed(ended.get('passed')!);
    assert.deepEqual([await last('passed'), await last('failed')], [status === 'True' ? PASSED : INCONCLUSIVE, FAILED]);
  });

  for (const { dashboard, name, definition } of VARIABLES)
    it(`have values for the variable ${name} of ${dashboard}`, async () => {
      const [, selector = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(definition) ?? [];
      const values = { namespace: ns.name, loadtest: 'failed', schedule: '.*' };
      const found = await series(ns.environment, filled(selector, values), whole);
      const expected = { namespace: ns.name, loadtest: 'failed', request: 'reset', schedule: undefined }[name];
      assert.ok(
        found.some(({ metric }) => metric[label] === expected),
        `${selector}: ${JSON.stringify(found)}`,
      );
    });

  it('have rules and alerts whose expressions have data', async () => {
    const files = readdirSync(join(chart, 'rules')).map((name) => readFileSync(join(chart, 'rules', name), 'utf8'));
    type File = { groups: { rules: { expr: string }[] }[] };
    const rules = files.flatMap((text) => (parse(text) as File).groups.flatMap((group) => group.rules));
    assert.ok(rules.length > 8);
    for (const { expr } of rules) {
      // Without the comparison at the end, which holds only when the alert fires.
      const measured = expr
        .replace(/ unless .*$/, '')
        .replace(/ (==|>) \d+$/, '')
        .replace(/^absent\((.*)\)$/, '$1');
      assert.ok((await series(ns.environment, measured, whole)).length > 0, measured);
    }
  });

  it('add up over the scraped runners to the counters of the status', async () => {
    // Prometheus discovers a pod within ten seconds or so; a runner that it has discovered waits for its last scrape.
    for (const loadtest of ['failed', 'passed'])
      for (const name of COUNTER_NAMES) {
        const { status } = ended.get(loadtest)!;
        const last = `last_over_time(${counterOf(name, 'loadtest_runner')}{loadtest_namespace="${ns.name}", loadtest="${loadtest}"}[5m])`;
        assert.equal(await scalar(ns.environment, `sum(${last})`), status.counts[name], `${loadtest}: ${name}`);
      }
  });

  it('are in a ConfigMap with the label that Grafana discovers dashboards by', async () => {
    const found = JSON.parse(
      await kubectl(ns.environment, [
        ...['--namespace', OPERATOR_NAMESPACE, 'get', 'configmaps', '--selector', 'grafana_dashboard=1', '-o', 'json'],
      ]),
    ) as { items: { metadata: { name: string }; data: Record<string, string> }[] };
    assert.deepEqual(
      found.items.map(({ metadata }) => metadata.name),
      [`${RELEASE}-dashboard`],
    );
    for (const [name, model] of Object.entries(DASHBOARDS))
      assert.deepEqual(JSON.parse(found.items[0]?.data[`${name}.json`] ?? ''), JSON.parse(JSON.stringify(model)));
  });
});
