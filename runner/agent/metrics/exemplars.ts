import { msToSeconds, usToSeconds } from '../../../api/common/duration.ts';
import type { Snapshot } from '../../../model/measure/snapshot.ts';
import type { Exemplar } from './text-format.ts';

/** The newest trace in each bucket of a request's response times, by the upper bound of the bucket; Infinity for the last one. */
export function exemplarsOf(
  { traces }: Pick<Snapshot, 'traces'>,
  request: string,
  bounds: readonly number[],
): Map<number, Exemplar> {
  const { slowest = [], unexpected = [] } = traces ?? {};
  const byBound = new Map<number, Exemplar>();
  for (const traced of [...slowest, ...unexpected].sort((a, b) => a.endedAtMs - b.endedAtMs)) {
    if (traced.request !== request) continue;
    const value = usToSeconds(traced.responseTimeUs);
    const bound = bounds.find((upper) => value <= upper) ?? Number.POSITIVE_INFINITY;
    byBound.set(bound, { labelSet: { trace_id: traced.traceId }, value, timestamp: msToSeconds(traced.endedAtMs) });
  }
  return byBound;
}
