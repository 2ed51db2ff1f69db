import { since } from './interval.ts';
import type { Snapshot } from './snapshot.ts';

/** The length of the window. */
const WINDOW_MS = 10_000;
/** The window may be this short: updates that come every second are never exactly ten seconds apart. */
const LEAST_MS = 0.95 * WINDOW_MS;
/** The longest window: many runners send updates so rarely that no later beginning exists. */
const MOST_MS = 2 * WINDOW_MS;

/**
 * The merged snapshot of all runners and the load's own time at which each was last heard; -Infinity: never. A runner is silent after more
 * than `patienceMs` without an update, and its part in the snapshot is out of date.
 */
export type Moment = { snapshot: Snapshot; heardAtMs: readonly number[]; patienceMs: number };

/** The start of the load, at which every runner is known to have measured nothing. */
const BEGINNING = 'the beginning';
type Edge = Moment | typeof BEGINNING;

/**
 * The measurement of all runners in the last ten seconds, as the difference of two moments: 9.5 to 10.5 s with updates every second, more
 * with rarer ones. Its elapsedMs is its length. The window is unknown unless both edges are known
 * of every runner: a restarted operator lacks earlier moments, and a runner that was silent adds all of its silence at once.
 */
export class SlidingWindow {
  /** The moments within reach of the window, the oldest first. */
  #edges: Edge[] = [BEGINNING];

  add(moment: Moment): void {
    const { elapsedMs } = moment.snapshot;
    const isLate = this.#now === undefined && elapsedMs > WINDOW_MS;
    const reachable = isLate ? [] : this.#edges.filter((edge) => timeOf(edge) >= elapsedMs - MOST_MS);
    this.#edges = [...reachable, moment];
  }

  /** Undefined while no ten seconds are known of every runner that was heard. */
  get window(): Snapshot | undefined {
    return this.#windowTo(this.#now);
  }

  /** The window up to the moment before the newest one. */
  get earlier(): { window: Snapshot; elapsedMs: number } | undefined {
    const before = this.#edges.at(-2);
    if (before === undefined || before === BEGINNING) return undefined;
    const window = this.#windowTo(before);
    return window && { window, elapsedMs: before.snapshot.elapsedMs };
  }

  #windowTo(now: Moment | undefined): Snapshot | undefined {
    if (now === undefined) return undefined;
    const start = this.#edges.findLast((edge) => timeOf(edge) <= now.snapshot.elapsedMs - LEAST_MS);
    if (start === undefined) return undefined;
    if (start === BEGINNING) return now.snapshot;
    const isHeardAgain = (index: number) => now.heardAtMs[index]! > start.snapshot.elapsedMs;
    return silentAt(start).some(isHeardAgain) ? undefined : since(start.snapshot, now.snapshot);
  }

  /** The runners whose part in the window's end is out of date: they are cut off or have ended. */
  get silent(): readonly number[] {
    return this.#now === undefined ? [] : silentAt(this.#now);
  }

  get elapsedMs(): number {
    return this.#now?.snapshot.elapsedMs ?? 0;
  }

  get #now(): Moment | undefined {
    const newest = this.#edges.at(-1);
    return newest === BEGINNING ? undefined : newest;
  }
}

function timeOf(edge: Edge): number {
  return edge === BEGINNING ? 0 : edge.snapshot.elapsedMs;
}

function silentAt({ snapshot, heardAtMs, patienceMs }: Moment): number[] {
  return heardAtMs.flatMap((ms, index) => (snapshot.elapsedMs - ms > patienceMs ? index : []));
}
