import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type LoadTestStatus, loadTestStatusSchema } from '../../../../api/status/loadtest-status.ts';
import { withStage } from '../../../../model/lifecycle/stage.ts';
import { persistedStop, type StopCause, stopText } from '../../../../model/lifecycle/stop-cause.ts';

const SLOW = { metric: 'responseTime.p99', request: 'order', max: '100ms', observed: '200ms' };
const BELOW = { metric: 'rate', min: '50', observed: '10' };
const AT = { nowMs: Date.parse('2026-03-01T12:00:00Z'), generation: 1 };

/** What an operator before `status.stopping` persisted. */
const before = (reason: string): LoadTestStatus => ({
  conditions: [
    { type: 'Complete', status: 'False', reason, message: 'anything', lastTransitionTime: '2026-03-01T12:00:00Z' },
  ],
});

describe('the cause that ends a load early', () => {
  const texts: [cause: StopCause, text: string][] = [
    [{ by: 'Annotation' }, 'the annotation loadtest.dev/stop requested it'],
    [{ by: 'Interrupt' }, ''],
    [{ by: 'Threshold', violations: [SLOW] }, 'over the last 10s responseTime.p99 of order 200ms exceeds 100ms'],
    [
      { by: 'Threshold', violations: [SLOW, BELOW] },
      'over the last 10s responseTime.p99 of order 200ms exceeds 100ms, rate 10 is below 50',
    ],
    [{ by: 'Threshold', violations: [] }, 'a threshold with abort did not hold'],
  ];
  for (const [cause, text] of texts) it(`reads as "${text}"`, () => assert.equal(stopText(cause), text));

  const stages: [cause: StopCause, reason: 'Aborting' | 'Stopping'][] = [
    [{ by: 'Annotation' }, 'Stopping'],
    [{ by: 'Threshold', violations: [SLOW, BELOW] }, 'Aborting'],
  ];
  for (const [stop, reason] of stages)
    it(`is found again in the status that persists it: ${stop.by}`, () => {
      const status = withStage({}, { is: 'UnderLoad', reason, stop, losses: '' }, AT);
      assert.deepEqual(persistedStop(loadTestStatusSchema.parse(status)), stop);
    });

  const persisted: [what: string, status: LoadTestStatus, cause: StopCause | undefined][] = [
    ['nothing of a load that goes on', before('Running'), undefined],
    ['nothing of a new test', {}, undefined],
    [
      'a threshold whose violations an older operator did not persist',
      before('Aborting'),
      { by: 'Threshold', violations: [] },
    ],
    ['the annotation that an older operator saw', before('Stopping'), { by: 'Annotation' }],
    ['the field before the reason', { ...before('Aborting'), stopping: { by: 'Annotation' } }, { by: 'Annotation' }],
  ];
  for (const [what, status, cause] of persisted)
    it(`an operator finds ${what}`, () => assert.deepEqual(persistedStop(status), cause));

  it('is not in the final status', () => {
    const status = withStage(
      { stopping: { by: 'Annotation' } },
      { is: 'NeverRan', reason: 'Stopped', message: '' },
      AT,
    );
    assert.equal('stopping' in status, false);
  });
});
