import { formatMicroseconds, msToSeconds, msToUs, usToMs } from '../../api/common/duration.ts';
import { formatCount, formatNumber } from '../../api/common/quantity.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { ERROR_COUNTERS } from '../../api/status/counters.ts';
import { loadModelOf } from '../../model/load/load-models.ts';
import type { Summary } from '../../model/measure/summary.ts';

/** Responses per second between two summaries. */
export function recentRate(before: Summary | undefined, now: Summary): number {
  const seconds = msToSeconds(now.elapsedMs - (before?.elapsedMs ?? 0));
  return seconds <= 0 ? 0 : (now.counts.done - (before?.counts.done ?? 0)) / seconds;
}

/**
 * The progress line of a second: the cumulative counters, the rate since the last line, and the p99 of the response times so far.
 * Counters of errors appear only when they are not zero.
 */
export function progressLine(before: Summary | undefined, now: Summary): string {
  const { counts } = now;
  const p99 = now.responseTime.valueAtPercentile(99);
  const unusual = ERROR_COUNTERS.filter((name) => name !== 'timeout' && counts[name] > 0);
  return [
    `${msToSeconds(now.elapsedMs).toFixed(0).padStart(4)}s`,
    ...(['generated', 'made', 'done', 'timeout', ...unusual] as const).map(
      (name) => `${name} ${formatCount(counts[name])}`,
    ),
    `in flight ${formatCount(counts.inFlight)}`,
    `${formatNumber(recentRate(before, now))}/s`,
    `p99 ${p99 === undefined ? '-' : formatMicroseconds(p99)}`,
  ].join('  ');
}

/** The length of the load by its plan; undefined when only iterations end it. */
export function lengthMs({ load }: LoadTestSpec): number | undefined {
  const { lengthUs } = loadModelOf(load);
  return lengthUs === Number.POSITIVE_INFINITY ? undefined : usToMs(lengthUs);
}

/** The part of the load that is over, 0 to 1: by time, or by iterations where they end it first. */
export function shareDone({ load }: LoadTestSpec, elapsedMs: number, generated: number): number {
  const { lengthUs, iterations } = loadModelOf(load);
  return Math.min(1, Math.max(msToUs(elapsedMs) / lengthUs, generated / iterations));
}
