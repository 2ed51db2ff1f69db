import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { baselineProblem, compareWith, type Found } from '../../../../model/compare/baseline.ts';
import { formatIntervals } from '../../../../model/compare/intervals.ts';
import { judge } from '../../../../model/judge/verdict.ts';
import { summarise } from '../../../../model/measure/summary.ts';
import { reconcile } from '../../../../operator/loadtest/decide/reconcile.ts';
import type { Observed } from '../../../../operator/loadtest/observe/observed.ts';
import {
  at,
  conditionText,
  loadTest,
  NOW,
  observedState,
  pod,
  snapshot,
  update,
} from '../../../support/operator/operator-fixtures.ts';
import { simulate, specOf } from '../../../support/results/comparison-runs.ts';

const WITH = { name: 'v41', maxRegression: '10%' };
const spec = specOf(undefined, { compareWith: WITH });
const intervals = simulate({ ms: 20 }, 1);
const slower = simulate({ ms: 30 }, 2);
/** A run with few requests. */
const few = (seed: number) => simulate({ ms: 20, perInterval: 60 }, seed);

const condition = (type: string, status: string, reason: string) => ({
  ...{ type, status, reason, message: '', lastTransitionTime: at(0) },
});
/** A finished baseline; `changes` override fields of its status. */
const found = (changes: object = {}): Found => ({
  spec,
  status: {
    conditions: [condition('Complete', 'True', 'Finished')],
    windows: formatIntervals(intervals),
    ...changes,
  } as Found['status'],
});

it('a run without an earlier one to compare with is judged by its thresholds, and says so', () => {
  const first = specOf(undefined, { compareWith: { previous: 'LastPassed' } });
  const { passed, comparison } = judge(first, summarise(first, [snapshot(100)]), { desired: 1, lost: 0 });
  assert.deepEqual([passed.status, passed.reason, comparison], ['True', 'ThresholdsMet', undefined]);
  assert.match(passed.message, /; not compared: no earlier run could be the baseline$/);
});

describe('a baseline', () => {
  const rows: [title: string, found: Found | undefined, problem: string | undefined][] = [
    ['is usable when it is finished', found(), undefined],
    ['is not usable when it does not exist', undefined, 'there is no LoadTest v41'],
    ['is not usable when its spec is invalid', { status: {} }, 'there is no LoadTest v41'],
    [
      'is not usable while it runs',
      found({ conditions: [condition('Complete', 'False', 'Running')] }),
      'v41 is not complete',
    ],
    [
      'is not usable when it lost runners',
      found({ conditions: [condition('Complete', 'True', 'RunnersLost')] }),
      'v41 did not run to its end: RunnersLost',
    ],
    [
      'is not usable when the load generator was its limit',
      found({
        conditions: [condition('Complete', 'True', 'Finished'), condition('GeneratorSaturated', 'True', 'PacingLag')],
      }),
      'the load generator was the limit of v41',
    ],
    [
      'is not usable without intervals',
      found({ windows: undefined }),
      'the status of v41 has no intervals to compare with',
    ],
    [
      'is not usable with invalid intervals',
      found({ windows: { ...formatIntervals(intervals), p50: '1' } }),
      'the status of v41 has no intervals to compare with',
    ],
  ];
  for (const [title, baseline, problem] of rows)
    it(title, () => assert.equal(baselineProblem('v41', baseline), problem));
});

describe('the verdict of a test with a baseline', () => {
  const measured = summarise(spec, [snapshot(100)]);
  const judged = (thresholds: object[], baseline: Found | undefined, ours = intervals) => {
    const test = specOf(undefined, { compareWith: WITH, thresholds });
    const compared = compareWith(WITH, baseline, { spec: test, capacity: undefined, intervals: ours });
    return judge(test, measured, { desired: 1, lost: 0 }, undefined, compared);
  };
  const HOLDS = [{ metric: 'responseTime.p99', max: '1s' }];
  const BREAKS = [{ metric: 'responseTime.p99', max: '1ms' }];
  const rows: [
    title: string,
    thresholds: object[],
    Found | undefined,
    ours: typeof intervals,
    expected: string,
    message: RegExp,
  ][] = [
    [
      'is Unchanged when the intervals are the same',
      [],
      found(),
      intervals,
      'True/Unchanged',
      /^the default threshold holds .*, unchanged from v41; 100 of 100 requests done/,
    ],
    [
      'is Unchanged when the thresholds hold too',
      HOLDS,
      found(),
      intervals,
      'True/Unchanged',
      /^the one threshold holds, .*unchanged from v41;/,
    ],
    [
      'is Regressed when the test is slower',
      [],
      found(),
      slower,
      'False/Regressed',
      /^responseTime.p50 .*ms is [0-9.]+% above .*ms of v41, .*; 100 of/,
    ],
    ['is Regressed though the thresholds hold', HOLDS, found(), slower, 'False/Regressed', /above/],
    [
      'is ThresholdExceeded when the test is slower and a threshold is exceeded',
      BREAKS,
      found(),
      slower,
      'False/ThresholdExceeded',
      /exceeds 1ms, responseTime.p50 .* above/,
    ],
    [
      'is BaselineUnavailable without a baseline',
      HOLDS,
      undefined,
      intervals,
      'Unknown/BaselineUnavailable',
      /^not compared: there is no LoadTest v41; 100/,
    ],
    [
      'is ThresholdExceeded without a baseline when a threshold is exceeded',
      BREAKS,
      undefined,
      intervals,
      'False/ThresholdExceeded',
      /exceeds 1ms;/,
    ],
    [
      'is TooNoisy when a change of the limit would not have been seen, though the thresholds hold',
      HOLDS,
      found({ windows: formatIntervals(few(1)) }),
      few(2),
      'Unknown/TooNoisy',
      /^too noisy to tell 10%: .*responseTime.p99 .* would tell; 100 of 100/,
    ],
    [
      'is ThresholdExceeded when a threshold is exceeded, however noisy the comparison is',
      BREAKS,
      found({ windows: formatIntervals(few(1)) }),
      few(2),
      'False/ThresholdExceeded',
      /exceeds 1ms;/,
    ],
    [
      'is BaselineUnavailable when the status of the baseline is that of another version',
      HOLDS,
      found({ windows: { end: '3000', generated: '5', done: '5', errors: '0', p50: '1', p95: '1', p99: '1' } }),
      intervals,
      'Unknown/BaselineUnavailable',
      /^not compared: the status of v41 has no intervals to compare with/,
    ],
    [
      'is NotComparable when the load differs',
      HOLDS,
      { ...found(), spec: specOf({ type: 'Closed', closed: { users: 1, duration: '60s' } }) },
      intervals,
      'Unknown/NotComparable',
      /^not compared: load.type differs from that of v41;/,
    ],
  ];
  for (const [title, thresholds, baseline, ours, expected, message] of rows) {
    it(title, () => {
      const { passed } = judged(thresholds, baseline, ours);
      assert.equal(`${passed.status}/${passed.reason}`, expected);
      assert.match(passed.message, message);
    });
  }
});

describe('a LoadTest with a baseline, in the operator', () => {
  const load = { type: 'Open', open: { stages: [{ duration: '60s', rate: 100 }] } };
  const test = (status: object = {}) => loadTest({ load, compareWith: WITH }, status);
  const loaded = { startTime: at(-90_000), loadStartTime: at(-70_000) };
  const updates = new Map([0, 1].map((i) => update(i, { phase: 'Finished', snapshot: snapshot(50) })));
  const acceptedOf = (status: ReturnType<typeof reconcile>['status']) =>
    status?.conditions?.find((c) => c.type === 'Accepted')?.message;

  it('reports a missing baseline in the condition Accepted before it starts', () => {
    assert.equal(
      acceptedOf(reconcile(observedState({ test: test() })).status),
      'spec.compareWith: there is no LoadTest v41 so far',
    );
    assert.equal(acceptedOf(reconcile(observedState({ test: test(), baseline: found() })).status), '');
  });

  const ends: [title: string, change: Partial<Observed>, passed: string, result: string | undefined][] = [
    ['passes when the baseline has the same times', { baseline: found(), intervals }, 'True/Unchanged', 'Unchanged'],
    ['fails when it is slower', { baseline: found(), intervals: slower }, 'False/Regressed', 'Regressed'],
    ['is inconclusive when the baseline was deleted', { intervals }, 'Unknown/BaselineUnavailable', 'NotComparable'],
    [
      'is inconclusive when its own intervals are missing',
      { baseline: found() },
      'Unknown/NotComparable',
      'NotComparable',
    ],
  ];
  for (const [title, change, passed, result] of ends) {
    it(title, () => {
      const { status } = reconcile(observedState({ test: test(loaded), updates, ...change }));
      assert.equal(conditionText(status, 'Complete'), 'True/Finished');
      assert.equal(conditionText(status, 'Passed'), passed);
      assert.equal(status?.comparison?.result, result);
    });
  }

  describe('whose runners have all finished', () => {
    const withIntervals = (change: object = {}, receivedAtMs = NOW) =>
      new Map([
        update(0, { phase: 'Finished', snapshot: snapshot(50), intervals: 'Kept' }),
        update(1, { phase: 'Finished', snapshot: snapshot(50), intervals: 'Kept', ...change }, receivedAtMs),
      ]);
    const collected = new Set([0]);
    const ended = pod(1, { phase: 'Failed' });
    const rows: [title: string, observed: Partial<Observed>, complete: string][] = [
      ['waits for the intervals of both runners', { updates: withIntervals() }, 'False/Finishing'],
      [
        'waits for the intervals of the second runner',
        { updates: withIntervals(), collectedIntervals: collected },
        'False/Finishing',
      ],
      [
        'is complete with the intervals of the last runner',
        { updates: withIntervals(), collectedIntervals: new Set([0, 1]), intervals },
        'True/Finished',
      ],
      [
        'does not wait for a runner that kept no intervals',
        { updates, collectedIntervals: collected },
        'True/Finished',
      ],
      [
        'does not wait for a runner whose pod ended without sending them',
        { updates: withIntervals(), pods: [pod(0), ended] },
        'True/Finished',
      ],
      [
        'does not wait for a runner whose pod is gone',
        { updates: withIntervals(), pods: [pod(0)], collectedIntervals: collected },
        'True/Finished',
      ],
      [
        'does not wait for a runner that has been silent for a minute',
        { updates: withIntervals({}, NOW - 61_000) },
        'True/Finished',
      ],
      [
        'waits for a runner that has been silent for less than a minute',
        { updates: withIntervals({}, NOW - 59_000) },
        'False/Finishing',
      ],
      [
        'does not wait for a lost runner',
        { updates: new Map([...withIntervals()].slice(0, 1)), pods: [pod(0)] },
        'True/RunnersLost',
      ],
    ];
    const finishing = reconcile(
      observedState({
        test: test(loaded),
        updates: new Map([...updates, update(1, { phase: 'Running', snapshot: snapshot(40) })]),
      }),
    ).status!;
    for (const [title, observed, complete] of rows)
      it(title, () => {
        const decision = reconcile(observedState({ test: test(finishing), ...observed }));
        assert.equal(conditionText(decision.status ?? finishing, 'Complete'), complete);
        if (complete.startsWith('False'))
          assert.deepEqual([decision.status, decision.requeueAfterMs], [undefined, 1000]);
      });
  });

  it('keeps its intervals in the status for the next comparison', () => {
    const { status } = reconcile(observedState({ test: test(loaded), updates, intervals }));
    assert.deepEqual(status?.windows, formatIntervals(intervals));
  });
});
