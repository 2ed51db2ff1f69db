import { formatCount } from '../../api/common/quantity.ts';
import type { Threshold } from '../../api/loadtest/threshold.ts';
import { type CounterName, ERROR_COUNTERS } from '../../api/status/counters.ts';
import type { LoadTestStatus, Times } from '../../api/status/loadtest-status.ts';

/** The counters that a report shows for each request. */
export const REQUEST_COUNTERS: readonly CounterName[] = ['generated', 'done', ...ERROR_COUNTERS];

export function statisticName(statistic: keyof Times): string {
  return statistic === 'p999' ? 'p99.9' : statistic;
}

/** When errors came, since the load began: "at 1.2s", "1.2s to 9s". */
export function span(first: string | undefined, last: string | undefined): string {
  if (first === undefined) return '';
  return last === undefined || last === first ? `at ${first}` : `${first} to ${last}`;
}

type Outcomes = Pick<NonNullable<LoadTestStatus['requests']>[number], 'responses' | 'errors'>;
const ENDINGS_SHOWN = 4;

/** How the requests of a name ended, in a cell: "200 ×4,950, 503 ×50, ConnectionReset ×3". Empty when it is not known. */
export function endingsInWords({ responses = [], errors = [] }: Outcomes): string {
  const endings = [
    ...responses.map((r) => ({ ...r, what: String(r.status) })),
    ...errors.map((r) => ({ ...r, what: r.kind })),
  ];
  const shown = endings.slice(0, ENDINGS_SHOWN).map(({ what, count }) => `${what} ×${formatCount(count)}`);
  const more = endings.length - shown.length;
  return [...shown, ...(more === 0 ? [] : [`${more} more`])].join(', ');
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
