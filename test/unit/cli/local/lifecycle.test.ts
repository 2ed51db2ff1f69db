import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findCondition } from '../../../../api/status/conditions.ts';
import { type LoadTestStatus, loadTestStatusSchema } from '../../../../api/status/loadtest-status.ts';
import { accepted, ended, type LocalEnd, neverRan, started } from '../../../../cli/local/lifecycle.ts';
import { finished } from '../../../support/results/report-fixture.ts';
import { snapshotOf } from '../../../support/results/summary.ts';

const { spec } = finished();
const SECOND = 1000;
const T0 = Date.parse('2026-03-01T12:00:00.400Z');

const first = accepted({ before: {}, nowMs: T0, runners: 2 });
const second = started({ before: first, nowMs: T0 + SECOND, runners: 2 }, T0 + SECOND + 100);
const end = (how: LocalEnd) => ended({ before: second, nowMs: T0 + 9 * SECOND, runners: 2 }, spec, how);

/** Conditions as "Type=Status/Reason". */
function conditions(status: LoadTestStatus): string {
  return (status.conditions ?? []).map((c) => `${c.type}=${c.status}/${c.reason}`).join(' ');
}

describe('the status of a local run', () => {
  const snapshots = [snapshotOf('order', 30), snapshotOf('order', 10)];
  const cases: [string, LoadTestStatus, string][] = [
    [
      'at its start',
      first,
      'Accepted=True/Accepted Complete=False/WaitingForRunners Passed=Unknown/Undecided GeneratorSaturated=Unknown/Undecided',
    ],
    [
      'under load',
      second,
      'Accepted=True/Accepted Ready=True/RunnersReady Running=True/LoadStarted Complete=False/Running Passed=Unknown/Undecided GeneratorSaturated=Unknown/Undecided',
    ],
    [
      'at its end',
      end({ reason: 'Finished', snapshots }),
      'Accepted=True/Accepted Ready=True/RunnersReady Running=False/Finished Complete=True/Finished Passed=True/ThresholdsMet GeneratorSaturated=False/GeneratorKeptUp',
    ],
    [
      'when it was interrupted',
      end({ reason: 'Interrupted', snapshots }),
      'Accepted=True/Accepted Ready=True/RunnersReady Running=False/Finished Complete=True/Interrupted Passed=Unknown/Interrupted GeneratorSaturated=False/GeneratorKeptUp',
    ],
    [
      'when a thread was lost',
      end({ reason: 'RunnersLost', snapshots, message: 'out of memory' }),
      'Accepted=True/Accepted Ready=True/RunnersReady Running=False/Finished Complete=True/RunnersLost Passed=False/RunnersLost GeneratorSaturated=False/GeneratorKeptUp',
    ],
    [
      'when no thread sent a snapshot',
      end({ reason: 'RunnersLost', snapshots: [], message: 'x' }),
      'Accepted=True/Accepted Ready=True/RunnersReady Running=False/Finished Complete=True/RunnersLost Passed=False/RunnersLost GeneratorSaturated=Unknown/NoLoad',
    ],
    [
      'when it could not start',
      neverRan({ before: first, nowMs: T0, runners: 2 }, 'RunnerFailed', 'no memory'),
      'Accepted=True/Accepted Ready=False/RunnerFailed Running=False/RunnerFailed Complete=True/RunnerFailed Passed=Unknown/RunnerFailed GeneratorSaturated=Unknown/RunnerFailed',
    ],
  ];
  for (const [name, status, expected] of cases) {
    it(`${name} has the conditions of its stage`, () => assert.equal(conditions(status), expected));
    it(`${name} conforms to the schema of the API`, () => assert.deepEqual(loadTestStatusSchema.parse(status), status));
  }

  it('has the number of requests before an interrupt in its message', () => {
    const status = end({ reason: 'Interrupted', snapshots });
    assert.match(
      findCondition(status.conditions, 'Passed')!.message,
      /^interrupted before the load was over: .*40 of 40 requests done/,
    );
  });

  it('merges the measurements of all threads', () => {
    const { counts, runners } = end({ reason: 'Finished', snapshots });
    assert.deepEqual([counts?.generated, counts?.done], [40, 40]);
    assert.deepEqual(runners, { desired: 2, ready: 2, succeeded: 2, lost: 0 });
  });

  it('counts all runners as lost when one is lost, because all are stopped', () => {
    assert.deepEqual(end({ reason: 'RunnersLost', snapshots, message: 'x' }).runners, {
      desired: 2,
      ready: 2,
      succeeded: 0,
      lost: 2,
    });
  });

  it('has the times of its stages', () => {
    const { startTime, loadStartTime, completionTime } = end({ reason: 'Finished', snapshots });
    assert.deepEqual(
      [startTime, loadStartTime, completionTime],
      ['2026-03-01T12:00:00.400Z', '2026-03-01T12:00:01.500Z', '2026-03-01T12:00:09.400Z'],
    );
  });

  it('keeps the transition time of a condition that does not change', () => {
    const { conditions } = end({ reason: 'Finished', snapshots });
    assert.equal(findCondition(conditions, 'Ready')?.lastTransitionTime, '2026-03-01T12:00:01.000Z');
    assert.equal(findCondition(conditions, 'Complete')?.lastTransitionTime, '2026-03-01T12:00:09.000Z');
  });
});
