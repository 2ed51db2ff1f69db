import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { operatorLimitsSchema } from '../../../../api/common/operator-limits.ts';
import type { ScheduledLoadTestStatus } from '../../../../api/scheduled/scheduled-loadtest.ts';
import type { Comparison } from '../../../../api/status/comparison.ts';
import type { LoadTestStatus } from '../../../../api/status/loadtest-status.ts';
import { formatIntervals } from '../../../../model/compare/intervals.ts';
import { type LoadTestResource, parseLoadTest } from '../../../../operator/loadtest/resources/loadtest-resource.ts';
import type { Decision } from '../../../../operator/scheduled/decision.ts';
import { reconcileScheduled } from '../../../../operator/scheduled/reconcile.ts';
import { parseSchedule } from '../../../../operator/scheduled/scheduled-resource.ts';
import { at, NOW } from '../../../support/operator/operator-fixtures.ts';
import { OPEN, simulate } from '../../../support/results/comparison-runs.ts';

const SPEC = { target: { url: 'http://shop.test' }, load: OPEN };
const windows = formatIntervals(simulate({ ms: 20 }, 1));
const limits = operatorLimitsSchema.parse({});

const CAPACITY = { rate: 1830, low: 1790, high: 1880, regular: true, reason: 'Found' } as const;

type Run = { passed?: 'True' | 'False' | 'Unknown'; spec?: object; status?: LoadTestStatus; metadata?: object };

/** The run `name`, which began at the minute in its name, if any; without `passed`, it has not ended. */
function run(name: string, { passed, spec, status, metadata }: Run = {}): LoadTestResource {
  const time = at(60_000 * ((Number(name.split('-')[1]) || 0) - 60));
  const condition = (type: string, value: 'True' | 'False' | 'Unknown', reason: string) => ({
    ...{ type, status: value, reason, message: '', lastTransitionTime: time },
  });
  const conditions = passed && [condition('Complete', 'True', 'Finished'), condition('Passed', passed, 'Because')];
  return parseLoadTest({
    metadata: {
      ...{ name, namespace: 'shop', uid: `uid-${name}`, resourceVersion: '1', creationTimestamp: time },
      ...metadata,
    },
    spec: { ...SPEC, ...spec },
    status: { ...(conditions && { conditions, completionTime: time, windows }), ...status },
  });
}

type Given = {
  previous?: string;
  template?: object;
  status?: ScheduledLoadTestStatus;
  spec?: object;
  trigger?: string;
};

/** A decision on the schedule of these runs at a time at which a run is due, unless `trigger` alone demands one. */
function decide(tests: readonly LoadTestResource[], given: Given = {}): Decision {
  const { previous = 'LastPassed', template, status = {}, spec, trigger } = given;
  const compareWith = previous === 'none' ? undefined : { previous, maxRegression: '20%' };
  const schedule = parseSchedule({
    metadata: {
      ...{ name: 'nightly', namespace: 'shop', uid: 'u', resourceVersion: '1', creationTimestamp: at(-7_200_000) },
      ...(trigger !== undefined && { annotations: { 'loadtest.dev/trigger': trigger } }),
    },
    spec: {
      schedule: trigger === undefined ? '0 * * * *' : '0 0 1 1 *',
      ...spec,
      loadTestTemplate: { spec: { ...SPEC, ...template, ...(compareWith && { compareWith }) } },
    },
    status,
  });
  return reconcileScheduled({ nowMs: NOW, schedule, limits, tests });
}

const createdBy = ({ actions }: Decision) =>
  actions.flatMap((action) => (action.type === 'CreateLoadTest' ? [action.manifest] : []));

/** The baseline of the created run, or the note on its absence. */
function baselineOf(decision: Decision): string | undefined {
  const [manifest] = createdBy(decision);
  const { compareWith } = manifest!.spec as { compareWith?: { name?: string } };
  const note = decision.events.find(({ reason }) => reason === 'Created')?.note ?? '';
  return compareWith?.name ?? /not compared: .*/.exec(note)?.[0];
}

describe('compareWith.previous resolves to', () => {
  const OTHER_LOAD = { load: { type: 'Open', open: { stages: [{ duration: '60s', rate: 101 }] } } };
  const SEARCH = { load: { type: 'Capacity', capacity: { maxRate: 5000 } } };
  const found = (name: string) =>
    run(name, { passed: 'True', spec: SEARCH, status: { windows: undefined, capacity: CAPACITY } as object });
  const passed = (name: string, more: Run = {}) => run(name, { passed: 'True', ...more });
  const rows: [sentence: string, tests: LoadTestResource[], given: Given, expected: string][] = [
    ['the newest run that passed', [passed('n-1'), passed('n-2')], {}, 'n-2'],
    ['the last passed run, not a later failed one', [passed('n-1'), run('n-2', { passed: 'False' })], {}, 'n-1'],
    [
      'the last run, passed or not, for Last',
      [passed('n-1'), run('n-2', { passed: 'False' })],
      { previous: 'Last' },
      'n-2',
    ],
    ['no run that is still active', [passed('n-1'), run('n-2')], { previous: 'Last' }, 'n-1'],
    [
      'no run that is being deleted',
      [passed('n-1'), passed('n-2', { metadata: { deletionTimestamp: at(0) } })],
      {},
      'n-1',
    ],
    [
      'no run without intervals',
      [passed('n-1'), passed('n-2', { status: { windows: undefined } as object })],
      {},
      'n-1',
    ],
    ['no run of another load', [passed('n-1'), passed('n-2', { spec: OTHER_LOAD })], {}, 'n-1'],
    [
      'nothing after a change of the load, so that the next run may pass',
      [passed('n-1')],
      { template: OTHER_LOAD },
      'not compared: load.open.stages differs from that of n-1',
    ],
    ['the last search for the capacity', [found('n-1')], { template: SEARCH }, 'n-1'],
    [
      'nothing after a change of the thresholds under which the capacity is searched',
      [found('n-1')],
      { template: { ...SEARCH, thresholds: [{ metric: 'responseTime.p99', max: '50ms' }] } },
      'not compared: thresholds differs from that of n-1',
    ],
    ['nothing before the first run', [], {}, 'not compared: no earlier run has passed'],
    [
      'nothing before the first run for Last',
      [run('n-1')],
      { previous: 'Last' },
      'not compared: no earlier run has ended',
    ],
    [
      'nothing when the run is deleted',
      [],
      {
        status: {
          history: [
            { name: 'n-2', passed: 'False' },
            { name: 'n-1', passed: 'True' },
          ],
        },
      },
      'not compared: n-1 has passed, but is deleted',
    ],
  ];
  for (const [sentence, tests, given, expected] of rows)
    it(sentence, () => assert.equal(baselineOf(decide(tests, given)), expected));

  it('a name beside the other fields of compareWith', () => {
    const [manifest] = createdBy(decide([passed('n-1')]));
    assert.deepEqual((manifest!.spec as { compareWith: object }).compareWith, {
      ...{ previous: 'LastPassed', maxRegression: '20%', name: 'n-1' },
    });
  });
});

describe('a baseline outlives the limits of the history', () => {
  const LIMITS = { successfulLoadTestsHistoryLimit: 0, failedLoadTestsHistoryLimit: 0, suspend: true };
  const deleted = (tests: readonly LoadTestResource[], given: Given = {}) =>
    decide(tests, { spec: LIMITS, ...given }).cleanup.flatMap((a) => (a.type === 'DeleteLoadTest' ? [a.ref.name] : []));
  const runs = [run('n-1', { passed: 'True' }), run('n-2', { passed: 'True' }), run('n-3', { passed: 'False' })];

  it('as the last passed run', () => assert.deepEqual(deleted(runs), ['n-1', 'n-3']));
  it('as the last run', () => assert.deepEqual(deleted(runs, { previous: 'Last' }), ['n-2', 'n-1']));
  it('while an active run is compared with it', () => {
    const active = run('n-4', { spec: { compareWith: { name: 'n-1' } } });
    assert.deepEqual(deleted([...runs, active]), ['n-3']);
  });
  it('but only where runs are compared', () =>
    assert.deepEqual(deleted(runs, { previous: 'none' }), ['n-2', 'n-1', 'n-3']));
});

describe('the history', () => {
  const comparison = (result: Comparison['result'], message: string): LoadTestStatus => ({
    comparison: { baseline: 'n-1', maxRegression: '10%', result, message, metrics: [] },
  });
  const spec = { suspend: true };

  it('has release, range of the p99 and comparison of a run', () => {
    const status = { ...comparison('Regressed', 'x'.repeat(300)), responseTime: { p99: '64ms' } } as LoadTestStatus;
    const [entry] = decide([run('n-2', { passed: 'False', spec: { release: 'v42' }, status })], { spec }).status!
      .history!;
    const { low, high } = entry!.p99Range!;
    assert.deepEqual([entry!.release, entry!.p99], ['v42', '64ms']);
    assert.ok(Number.parseFloat(low) < 64 && 64 < Number.parseFloat(high), `${low} to ${high}`);
    assert.deepEqual(entry!.comparison, { baseline: 'n-1', result: 'Regressed', message: 'x'.repeat(200) });
  });

  it('has the capacity of a search, and the p99 at the rate found', () => {
    const trial = (rate: number, good: boolean, p99: string) => {
      return { number: 1, purpose: 'Decide', rate, seconds: 10, achieved: rate, good, p99 } as const;
    };
    const trials = [trial(1790, true, '40ms'), trial(1880, false, '300ms'), trial(1790, true, '41ms')];
    const status = {
      capacity: { ...CAPACITY, inversions: 0, trials },
      responseTime: { p99: '250ms' },
    } as LoadTestStatus;
    const [entry] = decide([run('n-2', { passed: 'True', status })], { spec }).status!.history!;
    assert.deepEqual([entry!.capacity, entry!.p99, entry!.p99Range], [CAPACITY, '41ms', undefined]);
  });

  const conditionOf = ({ status }: Decision) => {
    const { status: value, reason, message } = status!.conditions!.find((c) => c.type === 'Regressed') ?? {};
    return value === undefined ? undefined : `${value}, ${reason}: ${message}`;
  };
  const rows: [sentence: string, decision: Decision, expected: string | undefined][] = [
    ['absent before the first run', decide([], { spec }), undefined],
    ['absent without comparisons', decide([run('n-1', { passed: 'True' })], { spec, previous: 'none' }), undefined],
    [
      'unknown after a run without a baseline',
      decide([run('n-1', { passed: 'True' })], { spec }),
      'Unknown, NotCompared: n-1 was not compared',
    ],
    [
      'true after a regression',
      decide([run('n-2', { passed: 'False', status: comparison('Regressed', 'slower') })], { spec }),
      'True, Regressed: n-2: slower',
    ],
    [
      'false again after a run that is as good',
      decide(
        [
          run('n-2', { passed: 'False', status: comparison('Regressed', 'slower') }),
          run('n-3', { passed: 'True', status: comparison('Unchanged', 'same') }),
        ],
        { spec },
      ),
      'False, Unchanged: n-3: same',
    ],
    [
      'unknown when the generator explains a regression',
      decide([run('n-2', { passed: 'Unknown', status: comparison('Regressed', 'slower') })], { spec }),
      'Unknown, NotCompared: n-2 is inconclusive: Because',
    ],
    [
      'unknown when noise hides a regression',
      decide([run('n-2', { passed: 'Unknown', status: comparison('TooNoisy', 'noise') })], { spec }),
      'Unknown, TooNoisy: n-2: noise',
    ],
  ];
  for (const [sentence, decision, expected] of rows)
    it(`leaves the condition Regressed ${sentence}`, () => assert.equal(conditionOf(decision), expected));

  it('comes with an event when a run has regressed', () => {
    const status = { active: [{ name: 'n-2', uid: 'uid-n-2' }] };
    const ended = run('n-2', { passed: 'False', status: comparison('Regressed', 'slower') });
    assert.deepEqual(
      decide([ended], { spec, status }).events.map(({ type, reason, note }) => [type, reason, note]),
      [
        ['Warning', 'Ended', 'LoadTest n-2 ended; Passed is False, Because'],
        ['Warning', 'Regressed', 'LoadTest n-2 is worse than n-1: slower'],
      ],
    );
  });
});

describe('a trigger', () => {
  const FORBID = { concurrencyPolicy: 'Forbid' };
  const names = (decision: Decision) => createdBy(decision).map(({ metadata }) => metadata.name);
  const [name = ''] = names(decide([], { trigger: 'deploy-42' }));
  const reasons = ({ events }: Decision) => events.map(({ reason }) => reason);

  it('creates a run now, without moving the schedule', () => {
    const decision = decide([], { trigger: 'deploy-42' });
    assert.match(name, /^nightly-[0-9a-f]{8}$/);
    assert.match(
      decision.events[0]?.note ?? '',
      /^Created LoadTest nightly-\w+ as triggered by deploy-42; not compared/,
    );
    assert.deepEqual([decision.status?.lastTrigger, decision.status?.lastScheduleTime], ['deploy-42', undefined]);
    assert.deepEqual(createdBy(decision)[0]?.metadata.annotations, { 'loadtest.dev/triggered-by': 'deploy-42' });
  });
  const rows: [sentence: string, tests: LoadTestResource[], given: Given, expected: string[]][] = [
    ['creates a run of a suspended schedule', [], { spec: { suspend: true } }, [name]],
    ['creates one run for a value', [], { status: { lastTrigger: 'deploy-42' } }, []],
    ['creates another run for another value', [], { status: { lastTrigger: 'deploy-41' } }, [name]],
    ['creates no run that exists but is not in the status yet', [run(name)], {}, []],
    ['waits for the active run under Forbid', [run('n-1')], { spec: FORBID }, []],
    ['does not wait for an ended run', [run('n-1', { passed: 'True' })], { spec: FORBID }, [name]],
  ];
  for (const [sentence, tests, given, expected] of rows)
    it(sentence, () => assert.deepEqual(names(decide(tests, { trigger: 'deploy-42', ...given })), expected));

  it('stays pending while it waits', () =>
    assert.equal(decide([run('n-1')], { trigger: 'deploy-42', spec: FORBID }).status?.lastTrigger, undefined));
  it('replaces the active run under Replace', () => {
    const decision = decide([run('n-1')], { trigger: 'deploy-42', spec: { concurrencyPolicy: 'Replace' } });
    assert.deepEqual(reasons(decision), ['Replaced', 'Created']);
  });
  it('creates nothing with the values "" and false', () =>
    assert.deepEqual(
      ['', 'false'].flatMap((trigger) => names(decide([], { trigger }))),
      [],
    ));
  it('waits for the run of a time that has come', () => {
    const decision = decide([], { trigger: 'deploy-42', spec: { schedule: '0 * * * *' } });
    assert.match(names(decision).join(), /^nightly-\d{8}$/);
    assert.equal(decision.status?.lastTrigger, undefined);
  });
  it('is compared as a scheduled run is', () =>
    assert.equal(baselineOf(decide([run('n-1', { passed: 'True' })], { trigger: 'deploy-42' })), 'n-1'));
});
