import { msToSeconds, usToMs, usToSeconds } from '../../api/common/duration.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { TIMELINE_COLUMNS, type Timeline } from '../../api/report/report-document.ts';
import { recordOf } from '../../api/status/counters.ts';
import { loadModelOf } from '../load/load-models.ts';
import { addCounts, noCounts } from './counters.ts';
import { PeakReader } from './in-flight-peaks.ts';
import { since } from './interval.ts';
import { LastHeard } from './last-heard.ts';
import { mergeSnapshots } from './merge-snapshots.ts';
import { mergePacked } from './packed-histogram.ts';
import { SlidingWindow } from './sliding-window.ts';
import { peaksOf, type Snapshot } from './snapshot.ts';

/** The most points that a chart can show and a ConfigMap can hold. */
const MAX_POINTS = 1800;
/** A point is taken a little early rather than later by a whole update. */
const EARLY = 0.9;
/** For runners that send an update every second. */
const PATIENCE_MS = 2500;

/**
 * The timeline of a run, from the cumulative snapshots of its runners. About once a second their merge is a moment; the difference of two
 * moments is a point, with exact percentiles. A long run has wider points from the start; a run of unknown length gets wider points as it
 * grows. Time is the load's own, as in the snapshots.
 */
export class TimelineRecorder {
  readonly #columns = emptyTimeline();
  #stepMs: number;
  readonly #lastHeard = new LastHeard();
  readonly #recent = new SlidingWindow();
  readonly #peaks = new PeakReader();
  /** The most requests in flight since the last point. */
  #mostInFlight = 0;
  /** The load's own time of the first snapshot: a restarted operator receives it late. */
  #firstMs: number | undefined;
  /** The end of the last point, and of the one before it. */
  #last: Snapshot | undefined;
  #lastButOne: Snapshot | undefined;

  constructor(stepMs: number) {
    this.#stepMs = stepMs;
  }

  /**
   * Takes the newest snapshot of every runner, by index; true when they made a new moment. A moment waits until every runner has sent a newer
   * snapshot, at most for `patienceMs`, and not for runners that have been silent for longer. The first moment waits for runners that were
   * never heard, too: otherwise their earlier measurement would count as new in a later point.
   */
  record(snapshots: readonly (Snapshot | undefined)[], patienceMs = PATIENCE_MS): boolean {
    const heard = snapshots.filter((s) => s !== undefined);
    const elapsedMs = heard.reduce((max, s) => Math.max(max, s.elapsedMs), 0);
    this.#lastHeard.hear(snapshots, elapsedMs);
    this.#firstMs ??= elapsedMs;
    const momentMs = this.elapsedMs;
    if (elapsedMs - momentMs < 1000 * EARLY) return false;
    const isFirst = momentMs === 0;
    const isAwaited = (s: Snapshot) => s.elapsedMs > momentMs - patienceMs && s.elapsedMs - momentMs < 500;
    const waits = isFirst ? heard.length < snapshots.length : heard.some(isAwaited);
    if (waits && elapsedMs - (isFirst ? this.#firstMs : momentMs) < patienceMs) return false;
    const moment = mergeSnapshots(heard);
    this.#readPeaks(snapshots);
    this.#recent.add({ snapshot: moment, heardAtMs: this.#lastHeard.heardAtMs, patienceMs });
    if (elapsedMs - (this.#last?.elapsedMs ?? 0) >= this.#stepMs - 1000 * (1 - EARLY)) this.#point(moment);
    return true;
  }

  /** The timeline up to the final snapshots. A rest that is too short for a point of its own extends the last one. */
  finish(snapshots: readonly Snapshot[]): Timeline {
    if (snapshots.length === 0) return this.#columns;
    const end = mergeSnapshots(snapshots);
    this.#readPeaks(snapshots);
    const restMs = end.elapsedMs - (this.#last?.elapsedMs ?? 0);
    if (restMs <= this.#stepMs / 2 && this.#last !== undefined) {
      this.#mostInFlight = Math.max(this.#mostInFlight, this.#columns.inFlight.at(-1) ?? 0);
      for (const column of Object.values(this.#columns)) column.pop();
      this.#last = this.#lastButOne;
    }
    this.#point(end);
    return this.#columns;
  }

  /** The measurement of the last ten seconds; see SlidingWindow. */
  get window(): Snapshot | undefined {
    return this.#recent.window;
  }

  get earlier(): SlidingWindow['earlier'] {
    return this.#recent.earlier;
  }

  /** The runners that are silent at the end of the window. */
  get silent(): readonly number[] {
    return this.#recent.silent;
  }

  get elapsedMs(): number {
    return this.#recent.elapsedMs;
  }

  #readPeaks(snapshots: readonly (Snapshot | undefined)[]): void {
    this.#mostInFlight = Math.max(this.#mostInFlight, this.#peaks.take(snapshots.map((s) => s && peaksOf(s))));
  }

  #point(moment: Snapshot): void {
    const stretch = since(this.#last, moment);
    const counts = stretch.requests.map((r) => r.counts).reduce(addCounts, noCounts());
    const response = mergePacked(stretch.requests.map((r) => r.responseTime));
    const service = mergePacked(stretch.requests.map((r) => r.serviceTime));
    const values: Record<keyof Timeline, number | undefined> = {
      untilSeconds: round(msToSeconds(moment.elapsedMs)),
      widthSeconds: round(msToSeconds(stretch.elapsedMs)),
      ...counts,
      inFlight: this.#mostInFlight,
      meanMs: wholeUsToMs(response.mean),
      p50Ms: wholeUsToMs(response.valueAtPercentile(50)),
      p90Ms: wholeUsToMs(response.valueAtPercentile(90)),
      p99Ms: wholeUsToMs(response.valueAtPercentile(99)),
      maxMs: wholeUsToMs(response.max),
      serviceP50Ms: wholeUsToMs(service.valueAtPercentile(50)),
      serviceP99Ms: wholeUsToMs(service.valueAtPercentile(99)),
    };
    for (const key of TIMELINE_COLUMNS) (this.#columns[key] as (number | null)[]).push(values[key] ?? null);
    this.#mostInFlight = 0;
    this.#lastButOne = this.#last;
    this.#last = moment;
    if (this.#columns.untilSeconds.length % MAX_POINTS === 0) this.#stepMs *= 2;
  }
}

export function emptyTimeline(): Timeline {
  return recordOf(TIMELINE_COLUMNS, () => []);
}

/** The width of a point in milliseconds, of whole seconds, at which a load of known length has at most MAX_POINTS. */
export function timelineStepMs({ load }: LoadTestSpec): number {
  const { lengthUs, search } = loadModelOf(load);
  const seconds = lengthUs === Number.POSITIVE_INFINITY || search !== undefined ? 0 : usToSeconds(lengthUs);
  return Math.max(1, Math.ceil(seconds / MAX_POINTS)) * 1000;
}

function wholeUsToMs(us: number | undefined): number | undefined {
  return us === undefined ? undefined : usToMs(Math.round(us));
}

function round(seconds: number): number {
  return Math.round(seconds * 1e3) / 1e3;
}
