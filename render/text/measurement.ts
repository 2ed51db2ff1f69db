import { formatCount } from '../../api/common/quantity.ts';
import type { LoadTestStatus, Times } from '../../api/status/loadtest-status.ts';
import { withoutOutcome } from '../../model/measure/counters.ts';
import { STATISTICS } from '../../model/result/figures.ts';
import { statusFigures } from '../../model/result/status-figures.ts';
import { table } from '../common/table.ts';
import { outcomesInWords, REQUEST_COUNTERS, statisticName, TIMES_NOTE, TITLES } from '../common/wording.ts';
import { percent, type Section } from './section.ts';

export function rateSection(status: LoadTestStatus): Section[] {
  if (status.rate === undefined) return [];
  return [{ title: 'Rate', lines: [rateLine(status, status.rate)] }];
}

function rateLine(status: LoadTestStatus, rate: NonNullable<LoadTestStatus['rate']>): string {
  if (rate.target === undefined) return `achieved ${rate.achieved}/s (a closed model has no target rate)`;
  const { target = 0, achieved = 0 } = statusFigures(status).rate ?? {};
  const share = target === 0 ? 0 : achieved / target;
  return `target ${rate.target}/s on average, achieved ${rate.achieved}/s (${percent(share)})`;
}

/** The counters as sums, so that a reader sees the outcome of every request. */
export function countsSection({ counts, redirects = 0, maxInFlight }: LoadTestStatus): Section[] {
  if (counts === undefined) return [];
  const { generated, made, dropped, done, timeout, failed, aborted, unexpected } = counts;
  const unknown = withoutOutcome(counts);
  const outcomes = [
    `${formatCount(done)} done`,
    `${formatCount(timeout)} timeout`,
    `${formatCount(failed)} failed`,
    ...(aborted === 0 ? [] : [`${formatCount(aborted)} aborted (cut off by the end)`]),
    ...(unknown === 0 ? [] : [`${formatCount(unknown)} without a known outcome (in flight in the last report)`]),
  ];
  const rows = [
    ['generated', formatCount(generated), `= ${formatCount(made)} made + ${formatCount(dropped)} dropped (never sent)`],
    ['made', formatCount(made), `= ${outcomes.join(' + ')}`],
    [
      'done',
      formatCount(done),
      `= ${formatCount(done - unexpected)} as expected + ${formatCount(unexpected)} unexpected`,
    ],
    ...(maxInFlight === undefined ? [] : [['in flight', formatCount(maxInFlight), '  at most at the same time']]),
    ...(redirects === 0 ? [] : [['redirects', formatCount(redirects), '  followed, within the requests above']]),
  ];
  return [{ title: TITLES.counts, lines: table(rows, ['left', 'right', 'left']) }];
}

/** Response times beside service times: their difference is the time that requests waited before they were written. */
export function timesSection({ responseTime, serviceTime }: LoadTestStatus): Section[] {
  if (responseTime === undefined) return [];
  const row = (name: string, times: Times | undefined) => [name, ...STATISTICS.map((s) => times?.[s] ?? '-')];
  const lines = table([
    ['', ...STATISTICS.map(statisticName)],
    row('response time', responseTime),
    row('service time', serviceTime),
  ]);
  return [{ title: TITLES.times, lines: [...lines, ...TIMES_NOTE] }];
}

/** A row for each request of a test that has several. */
export function requestsSection({ requests }: LoadTestStatus): Section[] {
  if (requests === undefined || requests.length < 2) return [];
  const head = ['', ...REQUEST_COUNTERS, 'p50', 'p99', 'max', 'outcomes'];
  const align = head.map((_, i) => (i === 0 || i === head.length - 1 ? 'left' : 'right'));
  const rows = requests.map(({ name, counts, responseTime, ...outcomes }) => [
    name,
    ...REQUEST_COUNTERS.map((counter) => formatCount(counts[counter])),
    responseTime?.p50 ?? '-',
    responseTime?.p99 ?? '-',
    responseTime?.max ?? '-',
    outcomesInWords(outcomes),
  ]);
  return [{ title: TITLES.requests, lines: table([head, ...rows], align) }];
}
