import { formatMicroseconds, microseconds, msToUs } from '../../api/common/duration.ts';
import { formatNumber } from '../../api/common/quantity.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { type Threshold, thresholdsOf } from '../../api/loadtest/threshold.ts';
import { loadModelOf } from '../load/load-models.ts';
import type { Snapshot } from '../measure/snapshot.ts';
import { type Summary, summarise } from '../measure/summary.ts';
import { evaluate } from '../metrics/threshold-result.ts';
import type { Violation } from '../metrics/violation.ts';

/** How long a run has lasted, with the measurements of its last ten seconds, and the same at the moment before; see TimelineRecorder. */
export type Recent = {
  readonly window: Snapshot | undefined;
  readonly elapsedMs: number;
  readonly earlier?: { readonly window: Snapshot; readonly elapsedMs: number } | undefined;
};

/** Whether a threshold may end the test early. In a search it may end a trial at most. */
export function mayBeAborted(spec: LoadTestSpec): boolean {
  return loadModelOf(spec.load).search === undefined && thresholdsOf(spec).some((t) => t.abort);
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
    return violation === undefined ? [] : { ...violation, over, ...heldAt(spec, threshold, summary, recent) };
  });
}

/**
 * The rate that an open load asked for in the last ten seconds in which the threshold held. On a ramp it is the answer to how much the target
 * bears, which the rates of the whole load hide. Empty where the load has asked for no more since.
 */
function heldAt(
  spec: LoadTestSpec,
  threshold: Threshold,
  now: Summary,
  { earlier }: Recent,
): Pick<Violation, 'heldAt'> {
  if (earlier === undefined) return {};
  const before = summarise(spec, [earlier.window], earlier.elapsedMs - earlier.window.elapsedMs);
  const [held, asked] = [before.rate.target, now.rate.target];
  if (held === undefined || asked === undefined || asked - held < MIN_CHANGE * held) return {};
  return evaluate(threshold, before).passed ? { heldAt: `${formatNumber(held)}/s` } : {};
}

/** Rates that differ by less are the same rate, in windows that are never exactly as long. */
const MIN_CHANGE = 0.01;
