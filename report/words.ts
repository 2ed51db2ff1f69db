import type { LoadTestStatus, Times } from '../api/status.ts';
import type { Threshold } from '../api/threshold.ts';

/** The statistics of times that a report shows, in the order of its columns. */
export const STATISTICS = ['min', 'mean', 'p50', 'p90', 'p95', 'p99', 'p999', 'max'] as const satisfies (keyof Times)[];

export function statisticName(statistic: keyof Times): string {
  return statistic === 'p999' ? 'p99.9' : statistic;
}

/** When errors came, since the load began: "at 1.2s", "1.2s to 9s". */
export function span(first: string | undefined, last: string | undefined): string {
  if (first === undefined) return '';
  return last === undefined || last === first ? `at ${first}` : `${first} to ${last}`;
}

type Limits = Pick<Threshold, 'min' | 'max'>;

/** "at least 95/s, at most 105/s", for lines. */
export function limitsInWords({ min, max }: Limits): string {
  return [min && `at least ${min}`, max && `at most ${max}`].filter(Boolean).join(', ');
}

/** "≥ 95, ≤ 105", for cells. */
export function limitsInSigns({ min, max }: Limits): string {
  return [min && `≥ ${min}`, max && `≤ ${max}`].filter(Boolean).join(', ');
}

/** What kept the generator from its work: its CPU limit and garbage collection. */
export function healthLines({ throttled, gcPauseMax, gcShare }: NonNullable<LoadTestStatus['generator']>): string[] {
  return [
    ...(throttled === undefined ? [] : [`stopped by its CPU limit ${throttled} of the time`]),
    ...(gcPauseMax === undefined ? [] : [`garbage collection ${gcPauseMax} at most, ${gcShare} of the time`]),
  ];
}
