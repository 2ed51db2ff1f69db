import { formatMicroseconds, microseconds, msToUs } from '../../api/common/duration.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { thresholdsOf } from '../../api/loadtest/threshold.ts';
import { loadModelOf } from '../load/load-models.ts';
import type { Snapshot } from '../measure/snapshot.ts';
import { summarise } from '../measure/summary.ts';
import { evaluate } from '../metrics/threshold-result.ts';
import type { Violation } from '../metrics/violation.ts';

/** How long a run has lasted, with the measurements of its last ten seconds; see TimelineRecorder. */
export type Recent = { readonly window: Snapshot | undefined; readonly elapsedMs: number };

/** Whether a threshold may end the test early. */
export function mayBeAborted(spec: LoadTestSpec): boolean {
  return thresholdsOf(spec).some((t) => t.abort);
}

/**
 * The thresholds with `abort` that do not hold over the last ten seconds of the merged data; a run with any ends before its plan does. There
 * are none during the first ten seconds and before a threshold's `after`. After the load there are none either: nothing is left to cut
 * short, and a rate without arrivals means nothing.
 */
export function abortViolations(spec: LoadTestSpec, recent: Recent): Violation[] {
  if (msToUs(recent.elapsedMs) > loadModelOf(spec.load).lengthUs) return [];
  const due = thresholdsOf(spec).filter(
    ({ abort, after }) => abort === true && recent.elapsedMs >= microseconds(after ?? '0s') / 1e3,
  );
  const window = due.length === 0 ? undefined : recent.window;
  if (window === undefined) return [];
  const summary = summarise(spec, [window], recent.elapsedMs - window.elapsedMs);
  const over = formatMicroseconds(msToUs(window.elapsedMs));
  // A threshold that had nothing to measure in ten seconds may have something in the next.
  return due.flatMap((threshold) => {
    const { violation } = evaluate(threshold, summary);
    return violation === undefined ? [] : { ...violation, over };
  });
}
