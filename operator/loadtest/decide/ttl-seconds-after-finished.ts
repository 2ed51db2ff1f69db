import type { LoadTestResource } from '../resources/loadtest-resource.ts';
import { isTrackedByGitOps } from './tracked-by-gitops.ts';

/** Whether a test that has been complete for `sinceMs` is to be deleted, and in how many milliseconds it will be; Infinity: never. */
export function ttlSecondsAfterFinished(
  { metadata, spec }: Pick<LoadTestResource, 'metadata' | 'spec'>,
  sinceMs: number,
): { isOver: boolean; leftMs: number } {
  const seconds = isTrackedByGitOps(metadata) ? undefined : spec?.ttlSecondsAfterFinished;
  const leftMs = (seconds ?? Number.POSITIVE_INFINITY) * 1e3 - sinceMs;
  return { isOver: leftMs <= 0, leftMs };
}
