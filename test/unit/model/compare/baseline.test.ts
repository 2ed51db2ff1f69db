import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { baselineProblem, compareWith, type Found } from '../../../../model/compare/baseline.ts';
import { formatIntervals } from '../../../../model/compare/intervals.ts';
import { judge } from '../../../../model/judge/verdict.ts';
import { summarise } from '../../../../model/measure/summary.ts';
import { reconcile } from '../../../../operator/loadtest/decide/reconcile.ts';
import type { Observed } from '../../../../operator/loadtest/observe/observed.ts';
import { simulate, specOf } from '../../../support/comparison-runs.ts';
import {
  at,
  conditionText,
  loadTest,
  NOW,
  observedState,
  pod,
  snapshot,
  update,
} from '../../../support/operator-fixtures.ts';

const WITH = { name: 'v41', maxRegression: '10%' };
const spec = specOf(undefined, { compareWith: WITH });
const windows = simulate({ ms: 20 }, 1);
const slower = simulate({ ms: 30 }, 2);

const condition = (type: string, status: string, reason: string) => ({
  ...{ type, status, reason, message: '', lastTransitionTime: at(0) },
});
/** A finished baseline; `changes` go over its status. */
const found = (changes: object = {}): Found => ({
  spec,
  status: {
    conditions: [condition('Complete', 'True', 'Finished')],
    windows: formatIntervals(windows),
    ...changes,
  } as Found['status'],
});

describe('a baseline', () => {
  const rows: [what: string, found: Found | undefined, problem: string | undefined][] = [
    ['that is finished is one', found(), undefined],
    ['that is not there', undefined, 'there is no LoadTest v41'],
    ['whose spec is not valid', { status: {} }, 'there is no LoadTest v41'],
    ['that still runs', found({ conditions: [condition('Complete', 'False', 'Running')] }), 'v41 is not complete'],
    [
      'that lost runners',
      found({ conditions: [condition('Complete', 'True', 'RunnersLost')] }),
      'v41 did not run to its end: RunnersLost',
    ],
    [
      'that measured the load generator',
      found({
        conditions: [condition('Complete', 'True', 'Finished'), condition('GeneratorSaturated', 'True', 'PacingLag')],
      }),
      'of v41, the load generator was the limit',
    ],
    ['without windows', found({ windows: undefined }), 'v41 has no windows in its status to compare with'],
    [
      'with windows that somebody broke',
      found({ windows: { ...formatIntervals(windows), p50: '1' } }),
      'v41 has no windows in its status to compare with',
    ],
  ];
  for (const [what, baseline, problem] of rows) it(what, () => assert.equal(baselineProblem('v41', baseline), problem));
});

describe('the verdict of a test with a baseline', () => {
  const measured = summarise(spec, [snapshot(100)]);
  const judged = (thresholds: object[], baseline: Found | undefined, ours = windows) => {
    const test = specOf(undefined, { compareWith: WITH, thresholds });
    const compared = compareWith(WITH, baseline, { spec: test, windows: ours });
    return judge(test, measured, { desired: 1, lost: 0 }, undefined, compared);
  };
  const HOLDS = [{ metric: 'responseTime.p99', max: '1s' }];
  const BREAKS = [{ metric: 'responseTime.p99', max: '1ms' }];
  const rows: [
    what: string,
    thresholds: object[],
    Found | undefined,
    ours: typeof windows,
    is: string,
    says: RegExp,
  ][] = [
    ['unchanged', [], found(), windows, 'True/Unchanged', /^unchanged from v41; 100 of 100 requests done/],
    [
      'unchanged and in its limits',
      HOLDS,
      found(),
      windows,
      'True/Unchanged',
      /^the one threshold holds, unchanged from v41;/,
    ],
    [
      'worse',
      [],
      found(),
      slower,
      'False/Regressed',
      /^responseTime.p50 .*ms is [0-9.]+% above .*ms of v41, .*; 100 of/,
    ],
    ['worse, though in its limits', HOLDS, found(), slower, 'False/Regressed', /above/],
    [
      'worse and beyond its limits',
      BREAKS,
      found(),
      slower,
      'False/ThresholdExceeded',
      /exceeds 1ms, responseTime.p50 .* above/,
    ],
    [
      'without a baseline',
      HOLDS,
      undefined,
      windows,
      'Unknown/BaselineUnavailable',
      /^not compared: there is no LoadTest v41; 100/,
    ],
    ['beyond its limits, without a baseline', BREAKS, undefined, windows, 'False/ThresholdExceeded', /exceeds 1ms;/],
    [
      'with another load',
      HOLDS,
      { ...found(), spec: specOf({ type: 'Closed', closed: { users: 1, duration: '60s' } }) },
      windows,
      'Unknown/NotComparable',
      /^not compared: load.type differs from that of v41;/,
    ],
  ];
  for (const [what, thresholds, baseline, ours, is, says] of rows) {
    it(what, () => {
      const { passed } = judged(thresholds, baseline, ours);
      assert.equal(`${passed.status}/${passed.reason}`, is);
      assert.match(passed.message, says);
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

  it('says early that the baseline is missing, and only then', () => {
    assert.equal(
      acceptedOf(reconcile(observedState({ test: test() })).status),
      'spec.compareWith: there is no LoadTest v41 so far',
    );
    assert.equal(acceptedOf(reconcile(observedState({ test: test(), baseline: found() })).status), '');
  });

  const ends: [what: string, change: Partial<Observed>, passed: string, result: string | undefined][] = [
    ['passes when nothing changed', { baseline: found(), intervals: windows }, 'True/Unchanged', 'Unchanged'],
    ['fails when it is slower', { baseline: found(), intervals: slower }, 'False/Regressed', 'Regressed'],
    [
      'is inconclusive when the baseline was deleted',
      { intervals: windows },
      'Unknown/BaselineUnavailable',
      'NotComparable',
    ],
    [
      'is inconclusive when its own windows are not known',
      { baseline: found() },
      'Unknown/NotComparable',
      'NotComparable',
    ],
  ];
  for (const [what, change, passed, result] of ends) {
    it(what, () => {
      const { status } = reconcile(observedState({ test: test(loaded), updates, ...change }));
      assert.equal(conditionText(status, 'Complete'), 'True/Finished');
      assert.equal(conditionText(status, 'Passed'), passed);
      assert.equal(status?.comparison?.result, result);
    });
  }

  describe('whose runners have all ended', () => {
    const telling = (change: object = {}, receivedAtMs = NOW) =>
      new Map([
        update(0, { phase: 'Finished', snapshot: snapshot(50), intervals: 'Kept' }),
        update(1, { phase: 'Finished', snapshot: snapshot(50), intervals: 'Kept', ...change }, receivedAtMs),
      ]);
    const told = new Set([0]);
    const ended = pod(1, { phase: 'Failed' });
    const rows: [what: string, observed: Partial<Observed>, complete: string][] = [
      ['waits for the windows of both', { updates: telling() }, 'False/Finishing'],
      ['waits for those of the other', { updates: telling(), collectedIntervals: told }, 'False/Finishing'],
      [
        'is over with the last',
        { updates: telling(), collectedIntervals: new Set([0, 1]), intervals: windows },
        'True/Finished',
      ],
      ['waits for nobody that has none to tell', { updates, collectedIntervals: told }, 'True/Finished'],
      [
        'waits for nobody when one has ended without telling',
        { updates: telling(), pods: [pod(0), ended] },
        'True/Finished',
      ],
      ['nor when it is gone', { updates: telling(), pods: [pod(0)], collectedIntervals: told }, 'True/Finished'],
      ['nor when it is silent for a minute', { updates: telling({}, NOW - 61_000) }, 'True/Finished'],
      ['and not for less', { updates: telling({}, NOW - 59_000) }, 'False/Finishing'],
      [
        'waits for nobody when one is lost',
        { updates: new Map([...telling()].slice(0, 1)), pods: [pod(0)] },
        'True/RunnersLost',
      ],
    ];
    const finishing = reconcile(
      observedState({
        test: test(loaded),
        updates: new Map([...updates, update(1, { phase: 'Running', snapshot: snapshot(40) })]),
      }),
    ).status!;
    for (const [what, observed, complete] of rows)
      it(what, () => {
        const decision = reconcile(observedState({ test: test(finishing), ...observed }));
        assert.equal(conditionText(decision.status ?? finishing, 'Complete'), complete);
        if (complete.startsWith('False'))
          assert.deepEqual([decision.status, decision.requeueAfterMs], [undefined, 1000]);
      });
  });

  it('keeps its windows for the next one', () => {
    const { status } = reconcile(observedState({ test: test(loaded), updates, intervals: windows }));
    assert.deepEqual(status?.windows, formatIntervals(windows));
  });
});
