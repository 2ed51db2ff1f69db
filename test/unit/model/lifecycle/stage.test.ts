import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LoadTestStatus } from '../../../../api/status/loadtest-status.ts';
import { type Stage, withStage } from '../../../../model/lifecycle/stage.ts';

const AT = { nowMs: Date.parse('2026-03-01T12:00:00.400Z'), generation: 3 };
const START = '2026-03-01T11:59:00.000Z';

/** Conditions as "Type=Status/Reason". */
function conditions({ conditions: all = [] }: LoadTestStatus): string {
  return all.map((c) => `${c.type}=${c.status}/${c.reason}`).join(' ');
}

const OPEN = 'Passed=Unknown/Undecided GeneratorSaturated=Unknown/Undecided';
const rows: [title: string, stage: Stage, expected: string][] = [
  [
    'a test that no operator has looked at',
    { is: 'Unserved', message: 'waits' },
    `Ready=False/WaitingForLease Running=False/WaitingForLease Complete=False/WaitingForLease ${OPEN}`,
  ],
  ['an accepted test', { is: 'Accepted' }, `Accepted=True/Accepted Complete=False/WaitingForRunners ${OPEN}`],
  [
    'a test whose runners are not ready',
    { is: 'Waiting', waiting: { reason: 'ImagePullFailed', message: 'no such image' } },
    `Accepted=True/Accepted Ready=False/ImagePullFailed Running=False/ImagePullFailed Complete=False/ImagePullFailed ${OPEN}`,
  ],
  [
    'a test that waits for a free slot',
    { is: 'Waiting', waiting: { reason: 'WaitingForSlot', message: 'waits' } },
    `Accepted=True/Accepted Ready=False/WaitingForSlot Running=False/WaitingForSlot Complete=False/WaitingForSlot ${OPEN}`,
  ],
  [
    'a suspended test',
    { is: 'Suspended' },
    `Accepted=True/Accepted Ready=False/Suspended Running=False/Suspended Complete=False/Suspended ${OPEN}`,
  ],
  [
    'a test whose load starts',
    { is: 'Started', runners: 2, loadStartMs: AT.nowMs },
    `Accepted=True/Accepted Ready=True/RunnersReady Running=True/LoadStarted Complete=False/Running ${OPEN}`,
  ],
  ['a test under load', { is: 'UnderLoad', reason: 'Finishing', losses: '' }, 'Complete=False/Finishing'],
  [
    'a test that never ran',
    { is: 'NeverRan', reason: 'ReadyTimeout', message: 'late' },
    'Accepted=True/Accepted Ready=False/ReadyTimeout Running=False/ReadyTimeout Complete=True/ReadyTimeout Passed=Unknown/ReadyTimeout GeneratorSaturated=Unknown/ReadyTimeout',
  ],
  [
    'a refused test',
    { is: 'NeverRan', reason: 'LimitExceeded', message: 'too many' },
    'Accepted=False/LimitExceeded Ready=False/LimitExceeded Running=False/LimitExceeded Complete=True/LimitExceeded Passed=Unknown/LimitExceeded GeneratorSaturated=Unknown/LimitExceeded',
  ],
  [
    'a load that this operator cannot judge',
    { is: 'Unjudgeable', message: 'spec.x: unknown' },
    'Accepted=False/Invalid Ready=False/Invalid Running=False/Invalid Complete=True/Invalid Passed=Unknown/Invalid GeneratorSaturated=Unknown/Invalid',
  ],
];

describe('the conditions of', () => {
  for (const [title, stage, expected] of rows)
    it(title, () => {
      const status = withStage({}, stage, AT);
      assert.equal(conditions(status), expected);
      assert.equal(status.observedGeneration, 3);
    });
});

const before: LoadTestStatus = { startTime: START, runners: { desired: 2, ready: 2, succeeded: 0, lost: 0 } };
const fields: [title: string, stage: Stage, expected: Partial<LoadTestStatus>][] = [
  [
    'has no start time and no runners when the test is suspended',
    { is: 'Suspended' },
    { startTime: undefined, runners: undefined } as object,
  ],
  [
    'has the start of the load in milliseconds',
    { is: 'Started', runners: 2, loadStartMs: AT.nowMs + 102 },
    { startTime: START, loadStartTime: '2026-03-01T12:00:00.502Z' },
  ],
  [
    'has the completion time when the test never ran',
    { is: 'NeverRan', reason: 'Invalid', message: '' },
    { completionTime: '2026-03-01T12:00:00.400Z' },
  ],
  [
    'has the cause of an early end',
    { is: 'UnderLoad', reason: 'Stopping', stop: { by: 'Annotation' }, losses: '' },
    { stopping: { by: 'Annotation' } },
  ],
];

describe('the status of a stage', () => {
  for (const [title, stage, expected] of fields)
    it(title, () => {
      const status: Partial<LoadTestStatus> = withStage(before, stage, AT);
      for (const [key, value] of Object.entries(expected))
        assert.deepEqual(status[key as keyof LoadTestStatus], value, key);
    });

  it('names a baseline that is not usable so far', () => {
    const { conditions: all } = withStage(
      {},
      { is: 'Accepted' },
      { ...AT, baselineProblem: 'there is no LoadTest v41' },
    );
    assert.equal(all?.[0]?.message, 'spec.compareWith: there is no LoadTest v41 so far');
  });

  it('names a loss in the message, but the cause of an early end takes precedence', () => {
    const message = (stop?: { by: 'Annotation' }) =>
      withStage({}, { is: 'UnderLoad', reason: 'Finishing', stop, losses: '1 of 2 runners lost' }, AT).conditions?.[0]
        ?.message;
    assert.equal(message(), '1 of 2 runners lost');
    assert.equal(message({ by: 'Annotation' }), 'the annotation loadtest.dev/stop requested it');
  });
});
