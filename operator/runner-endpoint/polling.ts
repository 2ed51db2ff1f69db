/**
 * A runner that waits is answered when there is something to do, and after this time at the latest: soon enough for it not to think that
 * nobody is there, as it does after five seconds.
 */
export const HOLD_MS = 2000;

/** A runner whose answer is not held asks this often: ten times a second, and less often the more of them there are. */
export function pollMs(replicas: number): number {
  return Math.max(100, replicas);
}

/** A runner under load reports once a second; above 200 runners they share 200 reports a second. */
export function liveMs(replicas: number): number {
  return Math.max(1000, 5 * replicas);
}

/** So long after the last moment of a timeline every runner that is well has reported anew: two and a half seconds, or more at many. */
export function patienceMs(replicas: number): number {
  return 1000 + 1.5 * liveMs(replicas);
}

/**
 * What runners report, and what happens to their pods, is looked at together with what comes within this time: a look at a test costs as
 * much as it has runners, and a thousand of them begin and end within a second.
 */
export function gatherMs(replicas: number): number {
  return replicas < 100 ? 0 : replicas / 10;
}

/** So many runners tell the windows of their run together: what is read and added up in about a second. */
export const TELL_TOGETHER = 200;
