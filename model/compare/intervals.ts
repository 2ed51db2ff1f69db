import { usToMs } from '../../api/common/duration.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { IntervalColumns } from '../../api/status/comparison.ts';
import { loadModelOf } from '../load/load-models.ts';
import type { Histogram } from '../measure/histogram.ts';
import { subtractPacked } from '../measure/packed-histogram.ts';
import type { IntervalEnd, IntervalEnds } from './interval-end.ts';

/** Intervals in which a run of known length is cut; see docs/design/0034-comparison.md. */
const WINDOWS = 20;
/** Twice as many, and pairs of windows become one: so it is with a run of unknown length. */
export const MAX_INTERVALS = 2 * WINDOWS;
/** The least length of a window: as often as threads tell what they measured. */
const LEAST_MS = 1000;

/** The columns of a run's windows; times are microseconds, 0 where nothing was answered. */
export type Intervals = Record<keyof IntervalColumns, number[]>;

/** The windows between their ends; a rest that is too short for one of its own is part of the last. */
export function intervalsBetween({ stepMs, ends, last }: IntervalEnds): Intervals {
  const isShort = ends.length > 0 && last.elapsedMs - ends.at(-1)!.elapsedMs <= stepMs / 2;
  const all = [...(isShort ? ends.slice(0, -1) : ends), last];
  return intervalsOf(all.map((end, i) => intervalBetween(all[i - 1], end)));
}

type Row = Record<keyof Intervals, number>;

function intervalBetween(before: IntervalEnd | undefined, now: IntervalEnd): Row {
  const added = (key: 'generated' | 'done' | 'errors') => Math.max(0, now[key] - (before?.[key] ?? 0));
  return {
    end: Math.round(now.elapsedMs),
    generated: added('generated'),
    done: added('done'),
    errors: added('errors'),
    ...percentiles(subtractPacked(now.responseTime, before?.responseTime)),
  };
}

function percentiles(times: Histogram): Pick<Row, 'p50' | 'p95' | 'p99'> {
  const at = (p: number) => times.valueAtPercentile(p) ?? 0;
  return { p50: at(50), p95: at(95), p99: at(99) };
}

/** Rows of windows as columns. */
export function intervalsOf(rows: readonly Row[]): Intervals {
  const column = (key: keyof Row) => rows.map((row) => row[key]);
  return {
    end: column('end'),
    generated: column('generated'),
    done: column('done'),
    errors: column('errors'),
    p50: column('p50'),
    p95: column('p95'),
    p99: column('p99'),
  };
}

/** Intervals as a status has them. */
export function formatIntervals(windows: Intervals): IntervalColumns {
  return Object.fromEntries(Object.entries(windows).map(([key, values]) => [key, values.join(' ')])) as IntervalColumns;
}

/** The windows of a status; undefined when its columns are not of one length. */
export function readIntervals(columns: IntervalColumns): Intervals | undefined {
  const windows = Object.fromEntries(
    Object.entries(columns).map(([key, text]) => [key, text === '' ? [] : text.split(' ').map(Number)]),
  ) as Intervals;
  return Object.values(windows).every((c) => c.length === windows.end.length) ? windows : undefined;
}

/** The length of the load in milliseconds where it is known before the run; undefined when iterations may end the load. */
export function knownLengthMs({ load }: LoadTestSpec): number | undefined {
  const { lengthUs, iterations } = loadModelOf(load);
  return iterations === Number.POSITIVE_INFINITY ? usToMs(lengthUs) : undefined;
}

/** The length of a window at which a load of known length has {@link WINDOWS} of them, in whole seconds. */
export function intervalStepMs(spec: LoadTestSpec): number {
  const lengthMs = knownLengthMs(spec) ?? 0;
  return Math.max(LEAST_MS, Math.ceil(lengthMs / WINDOWS / 1000) * 1000);
}
