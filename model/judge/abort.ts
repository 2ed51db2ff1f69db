import { microseconds, msToUs } from '../../api/common/duration.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { loadModelOf } from '../load/load-models.ts';
import type { Snapshot } from '../measure/snapshot.ts';
import { summarise } from '../measure/summary.ts';
import { evaluate } from '../metrics/threshold-result.ts';

/** A run as far as it came, with what was measured in its last ten seconds; see TimelineRecorder. */
export type Recent = { readonly window: Snapshot | undefined; readonly elapsedMs: number };

/**
 * Why a run is to end before its plan does: a threshold with `abort` that does not hold over the last ten seconds of the merged data.
 * undefined while all of them do, while there are not ten seconds yet, and before the threshold's `after`; and when the load is over, as
 * nothing is left to be cut short, and the rate of a time without arrivals says nothing.
 */
export function abortReason(spec: LoadTestSpec, recent: Recent): string | undefined {
  if (msToUs(recent.elapsedMs) > loadModelOf(spec.load).lengthUs) return undefined;
  const due = (spec.thresholds ?? []).filter(
    ({ abort, after }) => abort === true && recent.elapsedMs >= microseconds(after ?? '0s') / 1e3,
  );
  const window = due.length === 0 ? undefined : recent.window;
  if (window === undefined) return undefined;
  const summary = summarise(spec, [window]);
  const results = due.map((threshold) => evaluate(threshold, summary));
  // What had nothing to measure in ten seconds may have something in the next.
  const problems = results.flatMap((r) => (r.observed === undefined ? [] : (r.problem ?? [])));
  return problems.length === 0 ? undefined : `over the last 10s ${problems.join(', ')}`;
}
