import type { Counts } from '../../api/status/loadtest-status.ts';

/** Counters while a test runs; cumulative, so that a newer report replaces an older one. */
export type LiveCounts = Counts & {
  inFlight: number;
  /** Arrivals that came due and wait for a connection. */
  pending: number;
  /** The part of done that was answered after the load was over: it is no part of the rate that was reached. */
  late: number;
};

export function noCounts(): LiveCounts {
  return {
    generated: 0,
    made: 0,
    done: 0,
    timeout: 0,
    failed: 0,
    dropped: 0,
    aborted: 0,
    unexpected: 0,
    inFlight: 0,
    pending: 0,
    late: 0,
  };
}

export function addCounts(a: LiveCounts, b: LiveCounts): LiveCounts {
  const sum = noCounts();
  for (const key of Object.keys(sum) as (keyof LiveCounts)[]) sum[key] = a[key] + b[key];
  return sum;
}

/**
 * What is wrong with `counts` as sentences, none when the identity holds:
 * every arrival was made or dropped or is pending, and every request made has exactly one outcome or is in flight.
 */
export function identityProblems(counts: Counts & Partial<LiveCounts>): string[] {
  const { generated, made, dropped, done, timeout, failed, aborted, unexpected, inFlight = 0, pending = 0 } = counts;
  const problems: string[] = [];
  if (generated !== made + dropped + pending) {
    problems.push(`generated ${generated} is not made ${made} + dropped ${dropped} + pending ${pending}`);
  }
  if (made !== done + timeout + failed + aborted + inFlight) {
    problems.push(
      `made ${made} is not done ${done} + timeout ${timeout} + failed ${failed} + aborted ${aborted} + inFlight ${inFlight}`,
    );
  }
  if (unexpected > done) problems.push(`unexpected ${unexpected} is more than done ${done}`);
  return problems;
}

/** (timeout + failed + unexpected + dropped) / generated; 0 when nothing was generated. */
export function errorShare(counts: Counts): number {
  if (counts.generated === 0) return 0;
  return (counts.timeout + counts.failed + counts.unexpected + counts.dropped) / counts.generated;
}
