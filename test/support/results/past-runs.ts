import type { PastRun } from '../../../api/scheduled/history.ts';

/** The history of a schedule, newest first: six releases, of which v4 is slower than v3. */
export const HISTORY: PastRun[] = [
  pastRun(6, {
    p99: '61ms',
    p99Range: { low: '59ms', high: '63ms' },
    ...compared('Unchanged', 'unchanged from nightly-5'),
  }),
  pastRun(5, { p99: '60ms', ...compared('Improved', 'better than nightly-3: responseTime.p99') }),
  pastRun(4, {
    ...{ passed: 'False', reason: 'Regressed', p99: '90ms', p99Range: { low: '85ms', high: '97ms' } },
    ...compared('Regressed', 'responseTime.p99 90ms is 45% above 62ms of nightly-3'),
  }),
  pastRun(3, { p99: '62ms', ...compared('Unchanged', 'unchanged from nightly-1') }),
  { name: 'nightly-2', passed: 'Unknown', reason: 'Replaced', completionTime: '2026-03-02T03:40:00Z' },
  pastRun(1, { p99: '64ms' }),
];

function pastRun(day: number, change: Partial<PastRun>): PastRun {
  return {
    ...{ name: `nightly-${day}`, passed: 'True', reason: 'ThresholdsMet', release: `v${day}`, rate: '499.8' },
    ...{ completionTime: `2026-03-0${day}T03:40:00Z`, ...change },
  };
}

function compared(result: NonNullable<PastRun['comparison']>['result'], message: string): Pick<PastRun, 'comparison'> {
  return { comparison: { baseline: 'nightly-3', result, message } };
}

/** The subject of the trend of {@link HISTORY}. */
export const SUBJECT = {
  metadata: { name: 'nightly', namespace: 'shop' },
  ...{ schedule: '30 3 * * *', timeZone: 'Europe/Zurich' },
};
