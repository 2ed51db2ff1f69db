/** How long the connections of a transport carry requests. Absent: without limit. */
export type LifetimeLimits = {
  maxAgeMs?: number;
  maxRequests?: number;
};

/** By how much a connection ends earlier at most, as a share of its limits: connections that opened together do not end together. */
const JITTER = 0.1;

/** The life of one open connection. Its last request comes in the last tenth of its limits, at a random point. */
export class Lifetime {
  readonly #nowMs: () => number;
  readonly #ageingMs: number;
  readonly #overMs: number;
  #requestsLeft: number;

  constructor({ maxAgeMs, maxRequests }: LifetimeLimits, random: () => number, nowMs: () => number) {
    const share = JITTER * random();
    const openedMs = nowMs();
    this.#nowMs = nowMs;
    this.#ageingMs = openedMs + (maxAgeMs ?? Number.POSITIVE_INFINITY) * (1 - share);
    this.#overMs = openedMs + (maxAgeMs ?? Number.POSITIVE_INFINITY);
    this.#requestsLeft = maxRequests === undefined ? Number.POSITIVE_INFINITY : Math.ceil(maxRequests * (1 - share));
  }

  /** Whether the connection may end now, to make way for a younger one. */
  get isAgeing(): boolean {
    return this.#nowMs() >= this.#ageingMs;
  }

  /** Whether the connection has reached its maximum age, and must carry no further request. */
  get isOver(): boolean {
    return this.#nowMs() >= this.#overMs;
  }

  /** Counts a request that the connection is about to carry; returns whether that is its last one. */
  carriesLast(): boolean {
    return --this.#requestsLeft <= 0 || this.isAgeing;
  }
}

/** Makes the lifetimes of connections; undefined where they have no limits. */
export function lifetimes(
  limits: LifetimeLimits | undefined,
  random: () => number = Math.random,
  nowMs: () => number = () => performance.now(),
): (() => Lifetime) | undefined {
  if (limits?.maxAgeMs === undefined && limits?.maxRequests === undefined) return undefined;
  return () => new Lifetime(limits, random, nowMs);
}
