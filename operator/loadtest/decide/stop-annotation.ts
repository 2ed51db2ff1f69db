import { ANNOTATION_STOP } from '../../../api/common/names.ts';
import { type StopCause, stopText } from '../../../model/lifecycle/stop-cause.ts';
import type { Observed } from '../observe/observed.ts';

type Input = Pick<Observed, 'test'>;

/** The annotation loadtest.dev/stop ends a test, with any value but "false". */
export function stopAnnotation({ test }: Input): StopCause | undefined {
  const value = test.metadata.annotations?.[ANNOTATION_STOP];
  return value === undefined || value === 'false' ? undefined : { by: 'Annotation' };
}

/** Before the load, the annotation ends the test without one. */
export function stopBeforeLoad(input: Input) {
  const stop = stopAnnotation(input);
  return stop && ({ is: 'NeverRan', reason: 'Stopped', message: stopText(stop) } as const);
}
