import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type LoadTestStatus, loadTestStatusSchema } from '../../../../api/status/loadtest-status.ts';
import { withStage } from '../../../../model/lifecycle/stage.ts';
import { persistedStop, type StopCause, stopText } from '../../../../model/lifecycle/stop-cause.ts';

const SLOW = { metric: 'responseTime.p99', request: 'order', max: '100ms', observed: '200ms' };
const BELOW = { metric: 'rate', min: '50', observed: '10' };
const AT = { nowMs: Date.parse('2026-03-01T12:00:00Z'), generation: 1 };

/** The status of an older operator, which did not persist `status.stopping`. */
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
    [
      { by: 'Threshold', violations: [{ ...SLOW, over: '9.6s' }] },
      'over the last 9.6s responseTime.p99 of order 200ms exceeds 100ms',
    ],
    [{ by: 'Threshold', violations: [] }, 'a threshold with abort did not hold'],
  ];
  for (const [cause, text] of texts) it(`has the text "${text}"`, () => assert.equal(stopText(cause), text));

  const stages: [cause: StopCause, reason: 'Aborting' | 'Stopping'][] = [
    [{ by: 'Annotation' }, 'Stopping'],
    [{ by: 'Threshold', violations: [SLOW, BELOW] }, 'Aborting'],
  ];
  for (const [stop, reason] of stages)
    it(`by ${stop.by} is read back from the status that persists it`, () => {
      const status = withStage({}, { is: 'UnderLoad', reason, stop, losses: '' }, AT);
      assert.deepEqual(persistedStop(loadTestStatusSchema.parse(status)), stop);
    });

  const persisted: [title: string, status: LoadTestStatus, cause: StopCause | undefined][] = [
    ['no cause for a load that continues', before('Running'), undefined],
    ['no cause for a new test', {}, undefined],
    [
      'a threshold without violations in the status of an older operator',
      before('Aborting'),
      { by: 'Threshold', violations: [] },
    ],
    ['the annotation in the status of an older operator', before('Stopping'), { by: 'Annotation' }],
    [
      'the cause in the field rather than in the reason',
      { ...before('Aborting'), stopping: { by: 'Annotation' } },
      { by: 'Annotation' },
    ],
  ];
  for (const [title, status, cause] of persisted)
    it(`the operator reads ${title}`, () => assert.deepEqual(persistedStop(status), cause));

  it('is not in the final status', () => {
    const status = withStage(
      { stopping: { by: 'Annotation' } },
      { is: 'NeverRan', reason: 'Stopped', message: '' },
      AT,
    );
    assert.equal('stopping' in status, false);
  });
});
