/**
 * A waiting runner gets its response when there is something to do, and after this time at the latest: a runner that has no response for
 * five seconds takes the operator for gone.
 */
export const HOLD_MS = 2000;

/** The time between the updates of a runner whose response is not held: a tenth of a second, and more for many runners. */
export function pollMs(replicas: number): number {
  return Math.max(100, replicas);
}

/** The time between the updates of a runner under load: a second. More than 200 runners share 200 updates a second. */
export function liveMs(replicas: number): number {
  return Math.max(1000, 5 * replicas);
}

/** Within this time after a moment of the timeline every healthy runner has sent a newer update: 2.5 seconds, or more for many runners. */
export function patienceMs(replicas: number): number {
  return 1000 + 1.5 * liveMs(replicas);
}

/** Events within this time share one reconcile, because a reconcile costs O(runners), and a thousand runners start within a second. */
export function gatherMs(replicas: number): number {
  return replicas < 100 ? 0 : replicas / 10;
}

/** So many runners deliver the intervals of their run together: as many as are read and merged in about a second. */
const COLLECTED_TOGETHER = 200;

/**
 * Whether an ended runner may deliver its intervals now: those of a thousand at once would take too much memory. `collected`: the runners that
 * have delivered theirs.
 */
export function mayDeliverIntervals(index: number, collected: ReadonlySet<number> = new Set()): boolean {
  return !collected.has(index) && index < collected.size + COLLECTED_TOGETHER;
}
