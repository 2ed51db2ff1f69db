import { usToMs } from '../../api/common/duration.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { IntervalColumns } from '../../api/status/comparison.ts';
import { loadModelOf } from '../load/load-models.ts';
import { bucketOf, Histogram } from '../measure/histogram.ts';
import { subtractPacked } from '../measure/packed-histogram.ts';
import type { IntervalEnd, IntervalEnds } from './interval-end.ts';
import { PERCENTILES, quantilesOf, valuesAt } from './quantiles.ts';

/** The number of intervals in a run of known length; see docs/design/0034-comparison.md. */
const INTERVALS = 20;
/** At this number, the intervals of a run of unknown length are merged in pairs. */
export const MAX_INTERVALS = 2 * INTERVALS;
/** The shortest interval: threads report their measurements once a second. */
const LEAST_MS = 1000;
/** The share at the beginning of a run whose times are not compared, because connections open, caches fill and code is compiled. */
const WARM_UP = 0.1;

/** The percentiles of the response time that are compared. */
export const COMPARED_PERCENTILES = [50, 95, 99] as const;

/** The intervals of a run as columns, and the quantiles of its response times. Percentiles are microseconds, 0 in an interval without a response. */
export type Intervals = Record<keyof IntervalColumns, number[]>;
type Row = Record<Exclude<keyof Intervals, 'quantiles'>, number>;

const COLUMNS = [
  'end',
  'ended',
  'done',
  'errors',
  'p50',
  'p95',
  'p99',
  'timed',
  'above50',
  'above95',
  'above99',
] as const;

/** The intervals between their ends. A remainder of up to half an interval becomes part of the last one. */
export function intervalsBetween({ stepMs, ends, last }: IntervalEnds, spec: LoadTestSpec): Intervals {
  const isShort = ends.length > 0 && last.elapsedMs - ends.at(-1)!.elapsedMs <= stepMs / 2;
  const all = [...(isShort ? ends.slice(0, -1) : ends), last];
  const lengthMs = knownLengthMs(spec) ?? last.elapsedMs;
  const compared = subtractPacked(
    last.responseTime,
    all.find((end) => !isWarmUp(end.elapsedMs, lengthMs))?.responseTime,
  );
  const buckets = bucketsOf(compared);
  const rows = all.map((end, i) => intervalBetween(all[i - 1], end, buckets));
  return { ...intervalsOf(rows), quantiles: quantilesOf(compared) };
}

/** Whether an interval that begins at `startMs` of a run is part of its warm-up. */
export function isWarmUp(startMs: number, lengthMs: number): boolean {
  return startMs < (WARM_UP - 0.01) * lengthMs;
}

/** The buckets of the compared percentiles; beyond all without any values. */
function bucketsOf(times: Histogram): number[] {
  return valuesAt(times, COMPARED_PERCENTILES).map((us) => (us === 0 ? Histogram.LENGTH : bucketOf(us)));
}

function intervalBetween(start: IntervalEnd | undefined, end: IntervalEnd, buckets: readonly number[]): Row {
  const added = (key: 'ended' | 'done' | 'errors') => Math.max(0, end[key] - (start?.[key] ?? 0));
  const times = subtractPacked(end.responseTime, start?.responseTime);
  const [p50, p95, p99] = valuesAt(times, COMPARED_PERCENTILES);
  const [above50, above95, above99] = buckets.map((bucket) => countFrom(times, bucket));
  return {
    end: Math.round(end.elapsedMs),
    ended: added('ended'),
    done: added('done'),
    errors: added('errors'),
    ...{ p50: p50!, p95: p95!, p99: p99! },
    ...{ timed: times.count, above50: above50!, above95: above95!, above99: above99! },
  };
}

/** How many values are in `bucket` or a higher one. */
function countFrom({ counts }: Histogram, bucket: number): number {
  let sum = 0;
  for (let i = bucket; i < Histogram.LENGTH; i++) sum += counts[i]!;
  return sum;
}

/** Converts rows to columns. */
export function intervalsOf(rows: readonly Row[]): Pick<Intervals, (typeof COLUMNS)[number]> {
  const columns = COLUMNS.map((key) => [key, rows.map((row) => row[key])]);
  return Object.fromEntries(columns) as Record<(typeof COLUMNS)[number], number[]>;
}

/** Formats intervals for `status.windows`. */
export function formatIntervals(intervals: Intervals): IntervalColumns {
  return Object.fromEntries(
    Object.entries(intervals).map(([key, values]) => [key, values.join(' ')]),
  ) as IntervalColumns;
}

/** Parses `status.windows`; undefined when columns are missing or have different lengths, as in the status of another version. */
export function readIntervals(columns: IntervalColumns): Intervals | undefined {
  const { quantiles, ...intervals } = Object.fromEntries(
    [...COLUMNS, 'quantiles' as const].map((key) => [key, numbersIn(columns[key])]),
  ) as Record<keyof Intervals, number[] | undefined>;
  const isWhole = COLUMNS.every((key) => intervals[key]?.length === intervals.end?.length);
  const isKnown = quantiles?.length === PERCENTILES.length || quantiles?.length === 0;
  return isWhole && isKnown && intervals.end !== undefined ? ({ ...intervals, quantiles } as Intervals) : undefined;
}

function numbersIn(text: string | undefined): number[] | undefined {
  return text === '' ? [] : text?.split(' ').map(Number);
}

/** The length of the load if it is known before the run; undefined when iterations or a search may end the load. */
export function knownLengthMs({ load }: LoadTestSpec): number | undefined {
  const { lengthUs, iterations, search } = loadModelOf(load);
  return iterations === Number.POSITIVE_INFINITY && search === undefined ? usToMs(lengthUs) : undefined;
}

/** The initial length of an interval, in whole seconds: a load of known length has up to {@link INTERVALS} of it. */
export function intervalStepMs(spec: LoadTestSpec): number {
  const lengthMs = knownLengthMs(spec) ?? 0;
  return Math.max(LEAST_MS, Math.ceil(lengthMs / INTERVALS / 1000) * 1000);
}
