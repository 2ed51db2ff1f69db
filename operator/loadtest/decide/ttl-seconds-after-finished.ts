import type { LoadTestResource } from '../resources/loadtest-resource.ts';

/** Whether a test that has been complete for `sinceMs` is to be deleted, and in how many milliseconds it will be; Infinity: never. */
export function ttlSecondsAfterFinished(
  { spec }: Pick<LoadTestResource, 'spec'>,
  sinceMs: number,
): { isOver: boolean; leftMs: number } {
  const leftMs = (spec?.ttlSecondsAfterFinished ?? Number.POSITIVE_INFINITY) * 1e3 - sinceMs;
  return { isOver: leftMs <= 0, leftMs };
}
