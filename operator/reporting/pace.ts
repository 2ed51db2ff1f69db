/** A runner that waits for something asks this often: ten times a second, and less often the more of them there are. */
export function pollMs(replicas: number): number {
  return Math.max(100, replicas);
}

/** A runner under load reports once a second; above 200 runners they share 200 reports a second. */
export function liveMs(replicas: number): number {
  return Math.max(1000, 5 * replicas);
}
