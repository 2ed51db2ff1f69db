import { usToSeconds } from '../../api/common/duration.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { TIMELINE_COLUMNS, type Timeline } from '../../api/report/report-document.ts';
import { recordOf } from '../../api/status/counters.ts';
import { loadModelOf } from '../load/load-models.ts';
import { addCounts, noCounts } from './counters.ts';
import { since } from './interval.ts';
import { LastHeard } from './last-heard.ts';
import { mergeSnapshots } from './merge-snapshots.ts';
import { mergePacked } from './packed-histogram.ts';
import { SlidingWindow } from './sliding-window.ts';
import type { Snapshot } from './snapshot.ts';

/** As many points as a chart can show and a ConfigMap can hold. */
const MAX_POINTS = 1800;
/** A point is taken a little early rather than a whole report later. */
const EARLY = 0.9;
/** For runners that report once a second. */
const PATIENCE_MS = 2500;

/**
 * How a run went, from the cumulative snapshots of its runners: about once a second their merge is a moment, and what lies between two
 * moments is a point of the timeline, its percentiles from a histogram of its own. A run too long for a point a second gets wider ones from
 * the start; so does one whose length nobody knows, as it grows. Time is the load's own, told by the snapshots.
 */
export class TimelineRecorder {
  readonly #columns = emptyTimeline();
  #stepMs: number;
  readonly #lastHeard = new LastHeard();
  readonly #recent = new SlidingWindow();
  /** When the first report came, by the load's own time: an operator that began anew comes late. */
  #firstMs: number | undefined;
  /** The end of the last point, and of the one before it. */
  #last: Snapshot | undefined;
  #lastButOne: Snapshot | undefined;

  constructor(stepMs: number) {
    this.#stepMs = stepMs;
  }

  /**
   * Takes the newest snapshot of every runner, by index; true when they made a new moment. The first one waits for all runners: what a
   * runner did before it was heard would otherwise seem to have happened later. A moment waits for `patienceMs` until every runner has
   * reported anew; one that was not heard for longer is no longer waited for.
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
    this.#recent.add({ snapshot: moment, heardAtMs: this.#lastHeard.heardAtMs, patienceMs });
    if (elapsedMs - (this.#last?.elapsedMs ?? 0) >= this.#stepMs - 1000 * (1 - EARLY)) this.#point(moment);
    return true;
  }

  /** The timeline up to the final snapshots; what is left after the last point and too short for one of its own becomes part of it. */
  finish(snapshots: readonly Snapshot[]): Timeline {
    if (snapshots.length === 0) return this.#columns;
    const end = mergeSnapshots(snapshots);
    const restMs = end.elapsedMs - (this.#last?.elapsedMs ?? 0);
    if (restMs <= this.#stepMs / 2 && this.#last !== undefined) {
      for (const column of Object.values(this.#columns)) column.pop();
      this.#last = this.#lastButOne;
    }
    this.#point(end);
    return this.#columns;
  }

  /** What was measured in the last ten seconds; see SlidingWindow. */
  get window(): Snapshot | undefined {
    return this.#recent.window;
  }

  /** The runners that were not heard for long at the end of the window. */
  get silent(): readonly number[] {
    return this.#recent.silent;
  }

  get elapsedMs(): number {
    return this.#recent.elapsedMs;
  }

  #point(moment: Snapshot): void {
    const stretch = since(this.#last, moment);
    const counts = stretch.requests.map((r) => r.counts).reduce(addCounts, noCounts());
    const response = mergePacked(stretch.requests.map((r) => r.responseTime));
    const service = mergePacked(stretch.requests.map((r) => r.serviceTime));
    const values: Record<keyof Timeline, number | undefined> = {
      at: round(moment.elapsedMs / 1e3),
      width: round(stretch.elapsedMs / 1e3),
      ...counts,
      mean: response.mean === undefined ? undefined : Math.round(response.mean),
      p50: response.valueAtPercentile(50),
      p90: response.valueAtPercentile(90),
      p99: response.valueAtPercentile(99),
      max: response.max,
      serviceP50: service.valueAtPercentile(50),
      serviceP99: service.valueAtPercentile(99),
    };
    for (const key of TIMELINE_COLUMNS) (this.#columns[key] as (number | null)[]).push(values[key] ?? null);
    this.#lastButOne = this.#last;
    this.#last = moment;
    if (this.#columns.at.length % MAX_POINTS === 0) this.#stepMs *= 2;
  }
}

export function emptyTimeline(): Timeline {
  return recordOf(TIMELINE_COLUMNS, () => []);
}

/** The width of a point, whole seconds in milliseconds, at which a load of known length has at most as many points as there may be. */
export function timelineStepMs({ load }: LoadTestSpec): number {
  const { lengthUs } = loadModelOf(load);
  const seconds = lengthUs === Number.POSITIVE_INFINITY ? 0 : usToSeconds(lengthUs);
  return Math.max(1, Math.ceil(seconds / MAX_POINTS)) * 1000;
}

function round(seconds: number): number {
  return Math.round(seconds * 1e3) / 1e3;
}
