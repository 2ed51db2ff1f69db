import { withStage } from '../../../model/lifecycle/stage.ts';
import type { ObservedAccepted } from '../observe/observed.ts';
import { type Decision, decidedOn } from './decision.ts';
import { stopAnnotation } from './stop-annotation.ts';

/** Holds a test back whose `spec.suspend` is true, and removes the runners that it has so far; the stop annotation ends it instead. */
export function suspend(observed: Pick<ObservedAccepted, 'test' | 'job' | 'nowMs' | 'baseline'>): Decision | undefined {
  const { test, job } = observed;
  if (!test.spec.suspend || stopAnnotation(observed) !== undefined) return undefined;
  return {
    actions: job === undefined ? [] : [{ type: 'DeleteJob' }, { type: 'ForgetUpdates' }],
    status: withStage(test.status, { is: 'Suspended' }, decidedOn(observed)),
  };
}
