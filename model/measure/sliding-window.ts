import { since } from './interval.ts';
import type { Snapshot } from './snapshot.ts';

/** How far the window reaches back. */
const WINDOW_MS = 10_000;
/** It may be a little shorter rather than a whole report longer. */
const LEAST_MS = 0.9 * WINDOW_MS;
/** And twice as long at most: what many runners report seldom has no closer beginning. */
const MOST_MS = 2 * WINDOW_MS;

/**
 * The merged snapshot of all runners, with when each of them was last heard, by the load's own time: -Infinity for never. One that was not
 * heard for longer than `patienceMs` is silent, and its part in the snapshot is out of date.
 */
export type Moment = { snapshot: Snapshot; heardAtMs: readonly number[]; patienceMs: number };

/** When the load began: nothing had been measured, which is known of every runner. */
const BEGINNING = 'the beginning';
type Edge = Moment | typeof BEGINNING;

/**
 * What all runners measured in the last ten seconds, as the difference of two moments. There is none where one edge is not known of every
 * runner: an operator that began anew knows nothing of what was before, and a runner that is heard again tells at once what it did in all
 * the time in which it was silent.
 */
export class SlidingWindow {
  /** As far back as the window may reach, the oldest first. */
  #edges: Edge[] = [BEGINNING];

  add(moment: Moment): void {
    const { elapsedMs } = moment.snapshot;
    const isLate = this.#now === undefined && elapsedMs > WINDOW_MS;
    const reachable = isLate ? [] : this.#edges.filter((edge) => timeOf(edge) >= elapsedMs - MOST_MS);
    this.#edges = [...reachable, moment];
  }

  /** Undefined while there are no ten seconds that are known of every runner that was heard. */
  get window(): Snapshot | undefined {
    const now = this.#now;
    if (now === undefined) return undefined;
    const start = this.#edges.findLast((edge) => timeOf(edge) <= now.snapshot.elapsedMs - LEAST_MS);
    if (start === undefined) return undefined;
    if (start === BEGINNING) return now.snapshot;
    const isHeardAgain = (index: number) => now.heardAtMs[index]! > start.snapshot.elapsedMs;
    return silentAt(start).some(isHeardAgain) ? undefined : since(start.snapshot, now.snapshot);
  }

  /** The runners whose part in the window's end is out of date: they are cut off, or have nothing more to say. */
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
