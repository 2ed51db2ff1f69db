import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findCondition } from '../../../../api/status/conditions.ts';
import type { LoadTestStatus } from '../../../../api/status/loadtest-status.ts';
import { type End, withEnd } from '../../../../model/lifecycle/end.ts';
import { finished } from '../../../support/results/report-fixture.ts';
import { summaryOf } from '../../../support/results/summary.ts';

const { spec } = finished();
const AT = { nowMs: Date.parse('2026-03-01T12:00:00.400Z'), generation: 1 };
const SUMMARY = summaryOf(10_000, { generated: 100, made: 100, done: 100 }, [5000]);
const VIOLATION = { metric: 'responseTime.p99', max: '100ms', observed: '200ms' };
const THRESHOLD = { by: 'Threshold', violations: [VIOLATION] } as const;
const LOSSES = '1 of 2 runners lost: runner 1: gone';

const end = (change: Partial<End> = {}, before: LoadTestStatus = {}) =>
  withEnd(
    { stopping: { by: 'Annotation' }, ...before },
    spec,
    { reason: 'Finished', losses: '', runners: { desired: 2, lost: 0 }, summary: SUMMARY, ...change },
    AT,
  );
const message = (change: Partial<End>, type: 'Complete' | 'Passed' = 'Complete') =>
  findCondition(end(change).conditions, type)?.message;

const rows: [title: string, change: Partial<End>, complete: string, passed: string, message: string][] = [
  ['as planned', {}, 'Finished', 'True', ''],
  [
    'because of the annotation',
    { reason: 'Stopped', stop: { by: 'Annotation' } },
    'Stopped',
    'Unknown',
    'the annotation loadtest.dev/stop requested it',
  ],
  ['because of a signal', { reason: 'Interrupted', stop: { by: 'Interrupt' } }, 'Interrupted', 'Unknown', ''],
  [
    'because of a threshold',
    { reason: 'Aborted', stop: THRESHOLD },
    'Aborted',
    'False',
    'over the last 10s responseTime.p99 200ms exceeds 100ms',
  ],
  [
    'with a loss',
    { reason: 'RunnersLost', losses: LOSSES, missingShare: 0.125, runners: { desired: 2, lost: 1 } },
    'RunnersLost',
    'False',
    `${LOSSES}; 12.5% of the arrivals are missing`,
  ],
  [
    'with a loss that cost no arrivals',
    { reason: 'RunnersLost', losses: LOSSES, missingShare: 0, runners: { desired: 2, lost: 1 } },
    'RunnersLost',
    'False',
    LOSSES,
  ],
  [
    'because of the annotation, with a loss',
    { reason: 'Stopped', stop: { by: 'Annotation' }, losses: LOSSES, missingShare: 0.5 },
    'Stopped',
    'Unknown',
    `the annotation loadtest.dev/stop requested it; ${LOSSES}`,
  ],
  ['with a failed teardown', { teardownProblem: 'x' }, 'Finished', 'True', "the script's teardown failed: x"],
];

describe('a load that ends', () => {
  for (const [title, change, complete, passed, text] of rows)
    it(`${title} has its reason, verdict and message`, () => {
      const { conditions } = end(change);
      assert.equal(findCondition(conditions, 'Complete')?.reason, complete);
      assert.equal(findCondition(conditions, 'Passed')?.status, passed);
      assert.equal(message(change), text);
    });

  it('early reports the requests until then', () => {
    assert.match(message({ reason: 'Stopped' }, 'Passed') ?? '', /^stopped before the load was over: .*100 of 100/);
    assert.match(message({ reason: 'Interrupted' }, 'Passed') ?? '', /^interrupted before the load was over: /);
  });

  it('is not before the end of its load, whatever the clock says by then', () => {
    const loadStartTime = '2026-03-01T12:01:00.000Z';
    const { loadEndTime = '', completionTime = '' } = end({}, { loadStartTime });
    assert.ok(loadEndTime > loadStartTime, loadEndTime);
    assert.equal(completionTime, loadEndTime);
  });

  it('has figures and a completion time, and no cause of an early end', () => {
    const status = end();
    assert.deepEqual([status.counts?.done, status.completionTime], [100, '2026-03-01T12:00:00.400Z']);
    assert.equal('stopping' in status, false);
  });

  it('without a measurement has no figures', () => {
    const status = end({ summary: undefined });
    assert.equal(status.counts, undefined);
    assert.equal(findCondition(status.conditions, 'GeneratorSaturated')?.reason, 'NoLoad');
  });
});
