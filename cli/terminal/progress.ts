import { formatMicroseconds, milliseconds } from '../../api/common/duration.ts';
import { formatCount, formatNumber } from '../../api/common/quantity.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { ERROR_COUNTERS } from '../../api/status/counters.ts';
import type { Summary } from '../../model/measure/summary.ts';

/** Responses a second between two summaries. */
export function recentRate(before: Summary | undefined, now: Summary): number {
  const seconds = (now.elapsedMs - (before?.elapsedMs ?? 0)) / 1e3;
  return seconds <= 0 ? 0 : (now.counts.done - (before?.counts.done ?? 0)) / seconds;
}

/**
 * The second-by-second line: the cumulative counters, the rate since the line before, and the p99 of the response times so far.
 * What is zero in a good run shows only when it is not.
 */
export function progressLine(before: Summary | undefined, now: Summary): string {
  const { counts } = now;
  const p99 = now.responseTime.valueAtPercentile(99);
  const unusual = ERROR_COUNTERS.filter((name) => name !== 'timeout' && counts[name] > 0);
  return [
    `${(now.elapsedMs / 1e3).toFixed(0).padStart(4)}s`,
    ...(['generated', 'made', 'done', 'timeout', ...unusual] as const).map(
      (name) => `${name} ${formatCount(counts[name])}`,
    ),
    `in flight ${formatCount(counts.inFlight)}`,
    `${formatNumber(recentRate(before, now))}/s`,
    `p99 ${p99 === undefined ? '-' : formatMicroseconds(p99)}`,
  ].join('  ');
}

/** How long the load takes by its plan; undefined when only the number of requests ends it. */
export function lengthMs({ load }: LoadTestSpec): number | undefined {
  const { open, closed } = load;
  if (open !== undefined) return open.stages.reduce((sum, s) => sum + milliseconds(s.duration), 0);
  return closed?.duration === undefined ? undefined : milliseconds(closed.duration);
}

/** How much of the load is over, 0 to 1: by time, or by requests where they end it first. */
export function shareDone(spec: LoadTestSpec, elapsedMs: number, generated: number): number {
  const byTime = elapsedMs / (lengthMs(spec) ?? Number.POSITIVE_INFINITY);
  const iterations = spec.load.closed?.iterations;
  const byCount = iterations === undefined ? 0 : generated / iterations;
  return Math.min(1, Math.max(byTime, byCount));
}
