import { formatCount, formatShare } from '../../api/common/quantity.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { CounterName } from '../../api/status/counters.ts';
import type { Times } from '../../api/status/fields/times.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { withoutOutcome } from '../../model/measure/counters.ts';
import { rateUnit } from '../../model/measure/rate/iterations.ts';
import { STATISTICS } from '../../model/result/figures.ts';
import { statusFigures } from '../../model/result/status-figures.ts';
import { type Align, table, tableWithin, widthOf, wrap } from '../common/table.ts';
import {
  besideCounts,
  outcomesInWords,
  REQUEST_COUNTERS,
  REQUEST_STATISTICS,
  statisticName,
  TIMES_NOTE,
  TITLES,
} from '../common/wording.ts';
import type { Section } from './section.ts';

export function rateSection(spec: LoadTestSpec, status: LoadTestStatus): Section[] {
  if (status.rate === undefined) return [];
  return [{ title: 'Rate', lines: [rateLine(rateUnit(spec), status, status.rate)] }];
}

function rateLine(unit: string, status: LoadTestStatus, rate: NonNullable<LoadTestStatus['rate']>): string {
  if (rate.target === undefined) return `achieved ${rate.achieved}${unit} (a closed model has no target rate)`;
  const { target = 0, achieved = 0 } = statusFigures(status).rate ?? {};
  // The rates have about four digits; further digits of their share would be those of the rounding.
  const share = target === 0 ? 0 : achieved / target;
  return `target ${rate.target}${unit} on average, achieved ${rate.achieved}${unit} (${formatShare(share)})`;
}

/** The counters as sums, so that a reader sees the outcome of every request. */
export function countsSection(status: LoadTestStatus, width: number): Section[] {
  const { counts } = status;
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
    ...besideCounts(status).map(({ name, count, note }) => [name, count, `  ${note}`]),
  ];
  return [{ title: TITLES.counts, lines: tableWithin(width, rows, ['left', 'right', 'left']) }];
}

/** Response times beside service times: their difference is the time that requests waited before they were written. */
export function timesSection({ responseTime, firstByte, serviceTime }: LoadTestStatus, width: number): Section[] {
  if (responseTime === undefined) return [];
  const row = (name: string, times: Times | undefined) => [name, ...STATISTICS.map((s) => times?.[s] ?? '-')];
  const lines = table([
    ['', ...STATISTICS.map(statisticName)],
    row('response time', responseTime),
    ...(firstByte === undefined ? [] : [row('first byte', firstByte)]),
    row('service time', serviceTime),
  ]);
  return [{ title: TITLES.times, lines: [...lines, ...wrap(TIMES_NOTE, width)] }];
}

/** A row for each request of a test that has several; two tables where one would be too wide. */
export function requestsSection({ requests }: LoadTestStatus, width: number): Section[] {
  if (requests === undefined || requests.length < 2) return [];
  // A counter of errors that is zero everywhere needs no column.
  const counters = REQUEST_COUNTERS.filter(
    (counter) => ALWAYS_SHOWN.includes(counter) || requests.some(({ counts }) => counts[counter] > 0),
  );
  const counted = requests.map(({ counts }) => counters.map((counter) => formatCount(counts[counter])));
  const timed = requests.map(({ responseTime }) => REQUEST_STATISTICS.map((s) => responseTime?.[s] ?? '-'));
  const names = requests.map(({ name }) => [name]);
  const outcomes = requests.map((request) => [outcomesInWords(request)]);
  const countTable = beside([[''], ...names], [counters, ...counted]);
  const timeColumns = [REQUEST_STATISTICS, ...timed];
  const outcomeColumn = [['outcomes'], ...outcomes];
  const whole = beside(countTable, timeColumns);
  const fits = widthOf(whole) + MIN_OUTCOMES <= width;
  const timeTable = fits ? whole : beside([[''], ...names], timeColumns);
  const lines = [
    ...(fits ? [] : [...tableWithin(width, countTable), '']),
    ...tableWithin(width, beside(timeTable, outcomeColumn), textAtBothEnds(timeTable[0]!.length)),
  ];
  return [{ title: TITLES.requests, lines }];
}

type Columns = readonly (readonly string[])[];

function beside(left: Columns, right: Columns): string[][] {
  return left.map((row, i) => [...row, ...right[i]!]);
}

/** The alignment of a text, numbers, and a text behind `last` columns. */
function textAtBothEnds(last: number): Align[] {
  return Array.from({ length: last + 1 }, (_, i) => (i === 0 || i === last ? 'left' : 'right'));
}

const ALWAYS_SHOWN: readonly CounterName[] = ['generated', 'done'];
/** The columns that outcomes beside other figures need. */
const MIN_OUTCOMES = 24;
