import { formatMicroseconds, msToSeconds, msToUs, usToMs } from '../../api/common/duration.ts';
import { formatCount, formatNumber } from '../../api/common/quantity.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { ERROR_COUNTERS } from '../../api/status/counters.ts';
import { loadModelOf } from '../../model/load/load-models.ts';
import { rateUnit } from '../../model/measure/rate/iterations.ts';
import type { Summary } from '../../model/measure/summary.ts';

/** Iterations per second between two summaries. */
export function recentRate(before: Summary | undefined, now: Summary): number {
  const seconds = msToSeconds(now.elapsedMs - (before?.elapsedMs ?? 0));
  return seconds <= 0 ? 0 : (now.iterations.done - (before?.iterations.done ?? 0)) / seconds;
}

/** The most seconds between two progress lines: so many up to a time of the load. A log of an hour needs no line for each second. */
const STEPS: readonly { untilSeconds: number; seconds: number }[] = [
  { untilSeconds: 10, seconds: 1 },
  { untilSeconds: 120, seconds: 10 },
  { untilSeconds: Number.POSITIVE_INFINITY, seconds: 60 },
];

/** Whether a line is due that long after the start of the load, when the last one was shown at `shownMs`. */
export function isLineDue(shownMs: number, nowMs: number): boolean {
  const [shown, now] = [shownMs, nowMs].map((ms) => Math.round(msToSeconds(ms))) as [number, number];
  return now - shown >= STEPS.find(({ untilSeconds }) => now <= untilSeconds)!.seconds;
}

/** The progress lines of a load: one a second at first, fewer later. */
export class ProgressLines {
  readonly #spec: LoadTestSpec;
  #shown: Summary | undefined;
  #newest: Summary | undefined;

  constructor(spec: LoadTestSpec) {
    this.#spec = spec;
  }

  /** The line for a summary; undefined when none is due. */
  next(now: Summary): string | undefined {
    this.#newest = now;
    return isLineDue(this.#shown?.elapsedMs ?? 0, now.elapsedMs) ? this.last() : undefined;
  }

  /** The line for the newest summary, unless it was shown. */
  last(): string | undefined {
    const [before, now] = [this.#shown, this.#newest];
    if (now === undefined || now === before || isSame(before, now)) return undefined;
    this.#shown = now;
    return progressLine(this.#spec, before, now);
  }
}

/** Whether nothing has happened since: the last snapshots of a load often repeat those of its last second. */
function isSame(before: Summary | undefined, now: Summary): boolean {
  return before !== undefined && now.elapsedMs - before.elapsedMs < 500 && now.counts.done === before.counts.done;
}

/**
 * A progress line: the rate since the line before, the requests in flight, and what holds for the load so far. Counters of errors appear
 * only when they are not zero.
 */
export function progressLine(spec: LoadTestSpec, before: Summary | undefined, now: Summary): string {
  const { counts } = now;
  const p99 = now.responseTime.valueAtPercentile(99);
  const unusual = ERROR_COUNTERS.filter((name) => name !== 'timeout' && counts[name] > 0);
  const counters = ['generated', 'made', 'done', 'timeout', ...unusual] as const;
  return [
    `${msToSeconds(now.elapsedMs).toFixed(0).padStart(4)}s`,
    `${formatNumber(recentRate(before, now))}${rateUnit(spec)}`,
    `${formatCount(counts.inFlight)} in flight`,
    `so far: ${counters.map((name) => `${name} ${formatCount(counts[name])}`).join('  ')}`,
    `p99 ${p99 === undefined ? '-' : formatMicroseconds(p99)}`,
  ].join('  ');
}

/** The length of the load by its plan; undefined when only iterations end it. */
export function lengthMs({ load }: LoadTestSpec): number | undefined {
  const { lengthUs } = loadModelOf(load);
  return lengthUs === Number.POSITIVE_INFINITY ? undefined : usToMs(lengthUs);
}

/** The part of the load that is over, 0 to 1: by time, or by the `generated` iterations where they end it first. */
export function shareDone({ load }: LoadTestSpec, elapsedMs: number, generated: number): number {
  const { lengthUs, iterations } = loadModelOf(load);
  return Math.min(1, Math.max(msToUs(elapsedMs) / lengthUs, generated / iterations));
}
