import type { WindowColumns } from '../api/comparison.ts';
import { microseconds } from '../api/duration.ts';
import type { LoadTestSpec } from '../api/loadtest.ts';
import type { Snapshot } from '../api/protocol.ts';
import { addCounts, type LiveCounts, noCounts } from './counters.ts';
import type { Histogram } from './histogram.ts';
import { encodeHistogram } from './histogram-encoding.ts';
import { mergeDecoded } from './snapshot.ts';
import { subtractHistogram } from './window.ts';

/** Windows in which a run of known length is cut; see docs/design/0034-comparison.md. */
const WINDOWS = 20;
/** Twice as many, and pairs of windows become one: so it is with a run of unknown length. */
const MAX_WINDOWS = 2 * WINDOWS;
/** The least length of a window: as often as runners report. */
const LEAST_MS = 1000;
/** A window may end a little early rather than a whole report later. */
const EARLY_MS = 100;

/** The columns of a run's windows; times are microseconds, 0 where nothing was answered. */
export type Windows = Record<keyof WindowColumns, number[]>;

/** A run so far, reduced to what a window needs of it. */
type Moment = { elapsedMs: number; counts: LiveCounts; responseTime: string };

/**
 * Cuts a run into windows. What it keeps are the cumulative figures at their ends, so that leaving out every second end makes windows of
 * twice the length, and their percentiles are exact all the same.
 */
export class WindowRecorder {
  #stepMs: number;
  #ends: Moment[] = [];

  constructor(stepMs: number) {
    this.#stepMs = stepMs;
  }

  /** Takes the merged snapshot of all runners at a moment. */
  record(snapshot: Snapshot): void {
    if (this.#cell(snapshot.elapsedMs) === this.#cell(this.#ends.at(-1)?.elapsedMs ?? 0)) return;
    this.#ends.push(momentOf(snapshot));
    if (this.#ends.length < MAX_WINDOWS) return;
    this.#stepMs *= 2;
    this.#ends = this.#ends.filter((_, i) => i % 2 === 1);
  }

  /** The windows up to the final snapshot; a rest too short for one of its own is part of the last. */
  upTo(end: Snapshot): Windows {
    const last = this.#ends.at(-1)?.elapsedMs ?? 0;
    const isShort = this.#ends.length > 0 && end.elapsedMs - last <= this.#stepMs / 2;
    const ends = [...(isShort ? this.#ends.slice(0, -1) : this.#ends), momentOf(end)];
    return windowsOf(ends.map((moment, i) => windowBetween(ends[i - 1], moment)));
  }

  /** Ends of windows lie on a grid, so that reports which come a little late do not add up. */
  #cell(elapsedMs: number): number {
    return Math.floor((elapsedMs + EARLY_MS) / this.#stepMs);
  }
}

function momentOf({ elapsedMs, requests }: Snapshot): Moment {
  return {
    elapsedMs,
    counts: requests.map((r) => r.counts).reduce(addCounts, noCounts()),
    responseTime: encodeHistogram(mergeDecoded(requests.map((r) => r.responseTime))),
  };
}

type Row = Record<keyof Windows, number>;

function windowBetween(before: Moment | undefined, now: Moment): Row {
  const added = (...kinds: (keyof LiveCounts)[]) =>
    kinds.reduce((sum, kind) => sum + Math.max(0, now.counts[kind] - (before?.counts[kind] ?? 0)), 0);
  const times = subtractHistogram(now.responseTime, before?.responseTime);
  return {
    end: Math.round(now.elapsedMs),
    generated: added('generated'),
    done: added('done'),
    errors: added('timeout', 'failed', 'unexpected', 'dropped'),
    ...percentiles(times),
  };
}

function percentiles(times: Histogram): Pick<Row, 'p50' | 'p95' | 'p99'> {
  const at = (p: number) => times.valueAtPercentile(p) ?? 0;
  return { p50: at(50), p95: at(95), p99: at(99) };
}

/** Rows of windows as columns. */
export function windowsOf(rows: readonly Row[]): Windows {
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

/** Windows as a status has them. */
export function formatWindows(windows: Windows): WindowColumns {
  return Object.fromEntries(Object.entries(windows).map(([key, values]) => [key, values.join(' ')])) as WindowColumns;
}

/** The windows of a status; undefined when its columns are not of one length. */
export function readWindows(columns: WindowColumns): Windows | undefined {
  const windows = Object.fromEntries(
    Object.entries(columns).map(([key, text]) => [key, text === '' ? [] : text.split(' ').map(Number)]),
  ) as Windows;
  return Object.values(windows).every((c) => c.length === windows.end.length) ? windows : undefined;
}

/** How long the load is to last, in milliseconds; undefined when only its iterations end it. */
export function loadLengthMs({ load }: LoadTestSpec): number | undefined {
  const { open, closed } = load;
  if (open !== undefined) return open.stages.reduce((sum, s) => sum + microseconds(s.duration) / 1e3, 0);
  return closed?.duration === undefined || closed.iterations !== undefined
    ? undefined
    : microseconds(closed.duration) / 1e3;
}

/** The length of a window at which a load of known length has {@link WINDOWS} of them, in whole seconds. */
export function windowStepMs(spec: LoadTestSpec): number {
  const lengthMs = loadLengthMs(spec) ?? 0;
  return Math.max(LEAST_MS, Math.ceil(lengthMs / WINDOWS / 1000) * 1000);
}
