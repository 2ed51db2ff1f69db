import { usToMs } from '../../api/common/duration.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { IntervalColumns } from '../../api/status/comparison.ts';
import { loadModelOf } from '../load/load-models.ts';
import type { Histogram } from '../measure/histogram.ts';
import { subtractPacked } from '../measure/packed-histogram.ts';
import type { IntervalEnd, IntervalEnds } from './interval-end.ts';

/** The number of intervals in a run of known length; see docs/design/0034-comparison.md. */
const INTERVALS = 20;
/** At this number, the intervals of a run of unknown length are merged in pairs. */
export const MAX_INTERVALS = 2 * INTERVALS;
/** The shortest interval: threads report their measurements once a second. */
const LEAST_MS = 1000;

/** The intervals of a run as columns. Percentiles are microseconds, 0 in an interval without a response. */
export type Intervals = Record<keyof IntervalColumns, number[]>;

/** The intervals between their ends. A remainder of up to half an interval becomes part of the last one. */
export function intervalsBetween({ stepMs, ends, last }: IntervalEnds): Intervals {
  const isShort = ends.length > 0 && last.elapsedMs - ends.at(-1)!.elapsedMs <= stepMs / 2;
  const all = [...(isShort ? ends.slice(0, -1) : ends), last];
  return intervalsOf(all.map((end, i) => intervalBetween(all[i - 1], end)));
}

type Row = Record<keyof Intervals, number>;

function intervalBetween(start: IntervalEnd | undefined, end: IntervalEnd): Row {
  const added = (key: 'ended' | 'done' | 'errors') => Math.max(0, end[key] - (start?.[key] ?? 0));
  return {
    end: Math.round(end.elapsedMs),
    ended: added('ended'),
    done: added('done'),
    errors: added('errors'),
    ...percentiles(subtractPacked(end.responseTime, start?.responseTime)),
  };
}

function percentiles(times: Histogram): Pick<Row, 'p50' | 'p95' | 'p99'> {
  const at = (p: number) => times.valueAtPercentile(p) ?? 0;
  return { p50: at(50), p95: at(95), p99: at(99) };
}

/** Converts rows to columns. */
export function intervalsOf(rows: readonly Row[]): Intervals {
  const column = (key: keyof Row) => rows.map((row) => row[key]);
  return {
    end: column('end'),
    ended: column('ended'),
    done: column('done'),
    errors: column('errors'),
    p50: column('p50'),
    p95: column('p95'),
    p99: column('p99'),
  };
}

/** Formats intervals for `status.windows`. */
export function formatIntervals(intervals: Intervals): IntervalColumns {
  return Object.fromEntries(
    Object.entries(intervals).map(([key, values]) => [key, values.join(' ')]),
  ) as IntervalColumns;
}

/** Parses `status.windows`; undefined when its columns have different lengths. */
export function readIntervals(columns: IntervalColumns): Intervals | undefined {
  const intervals = Object.fromEntries(
    Object.entries(columns).map(([key, text]) => [key, text === '' ? [] : text.split(' ').map(Number)]),
  ) as Intervals;
  return Object.values(intervals).every((c) => c.length === intervals.end.length) ? intervals : undefined;
}

/** The length of the load if it is known before the run; undefined when iterations may end the load. */
export function knownLengthMs({ load }: LoadTestSpec): number | undefined {
  const { lengthUs, iterations } = loadModelOf(load);
  return iterations === Number.POSITIVE_INFINITY ? usToMs(lengthUs) : undefined;
}

/** The initial length of an interval, in whole seconds: a load of known length has up to {@link INTERVALS} of it. */
export function intervalStepMs(spec: LoadTestSpec): number {
  const lengthMs = knownLengthMs(spec) ?? 0;
  return Math.max(LEAST_MS, Math.ceil(lengthMs / INTERVALS / 1000) * 1000);
}
