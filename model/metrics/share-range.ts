import type { ErrorCounter, LiveCounts } from '../../api/status/counters.ts';
import { grpcStatusNumber } from '../../api/status/grpc-statuses.ts';
import { endedCount, errorCount } from '../measure/counters.ts';
import { generatorErrors } from '../measure/outcomes.ts';
import type { Measured } from './measured.ts';
import { type MetricRange, uncertain } from './range.ts';

/** A share of what ended. `cutOff` more may belong to it, and `own` are the generator's. */
function shareRange(
  counts: LiveCounts,
  count: number,
  { cutOff, own = 0 }: { cutOff: number; own?: number },
): MetricRange | undefined {
  const ended = endedCount(counts);
  if (ended === 0) return undefined;
  const rangeFrom = (least: number) => ({ low: least / ended, high: (least + cutOff) / ended });
  return uncertain(count / ended, rangeFrom(count), rangeFrom(Math.max(0, count - own)));
}

/**
 * The share of errors in what ended. A request that was cut off is an error for sure where it had already waited for longer than a threshold lets any request wait. Each of
 * the others may have become one.
 */
export function errorsRange({ counts, exhausted, overdue }: Measured): MetricRange | undefined {
  return shareRange(counts, errorCount(counts) + overdue, {
    cutOff: counts.aborted - overdue,
    own: exhausted + counts.droppedByGenerator,
  });
}

/** The share of what ended with a kind of error, such as ConnectionReset. */
export function errorsOfKindRange({ counts, outcomes }: Measured, kind: string): MetricRange | undefined {
  if (outcomes === undefined) return undefined;
  const errors = outcomes.errors.filter((e) => e.kind === kind);
  const count = errors.reduce((sum, e) => sum + e.count, 0);
  return shareRange(counts, count, { cutOff: counts.aborted, own: generatorErrors(errors) });
}

/** The share of what ended that an error's counter has counted, such as timeout. */
export function counterRange(name: ErrorCounter, { counts, exhausted }: Measured): MetricRange | undefined {
  // What was cut off had been sent, so that it was not dropped.
  const cutOff = name === 'dropped' ? 0 : counts.aborted;
  const own = { dropped: counts.droppedByGenerator, failed: exhausted, timeout: 0, unexpected: 0 }[name];
  return shareRange(counts, counts[name], { cutOff, own });
}

/** The share of the responses that have a status such as 503 or UNAVAILABLE, or one of a class such as 5xx. */
export function statusRange({ counts, outcomes }: Measured, wanted: string): MetricRange | undefined {
  if (counts.done === 0 || outcomes === undefined) return undefined;
  const isWanted = statusMatcher(wanted);
  const count = outcomes.responses.filter((r) => isWanted(r.code)).reduce((sum, r) => sum + r.count, 0);
  const all = counts.done + counts.aborted;
  return uncertain(count / counts.done, { low: count / all, high: (count + counts.aborted) / all });
}

function statusMatcher(wanted: string): (code: string) => boolean {
  const grpc = String(grpcStatusNumber(wanted));
  return (code) =>
    wanted.endsWith('xx') ? code.length === 3 && code[0] === wanted[0] : code === wanted || code === grpc;
}
