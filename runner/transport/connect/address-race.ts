import type { Socket } from 'node:net';
import { telling } from './attempt-errors.ts';
import type { Endpoint } from './destination.ts';
import type { DialEvents } from './dial-events.ts';

/** How long an attempt may be alone before the next address is tried beside it (RFC 8305, 5), at least and at most, in milliseconds. */
const [MIN_DELAY_MS, MAX_DELAY_MS] = [250, 2000];

/** For so long, an address that another one overtook is tried last, in milliseconds. */
const OVERTAKEN_MS = 10_000;

/** The clock and the timers of a race, in milliseconds. */
export type RaceTimers = { now: () => number; after: (ms: number, callback: () => void) => () => void };

export const TIMERS: RaceTimers = {
  now: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * Connects to the first address that responds (RFC 8305). An attempt goes on while the next address is tried beside it, so that nothing but
 * the request's timeout ends it. Node's own choice of an address gives up each but the last after 500 ms.
 */
export class AddressRace {
  readonly #timers: RaceTimers;
  readonly #connected: (tookMs: number) => void;
  /** The share of the timeout that each of several addresses gets leaves time for the last one. */
  readonly #timeoutMs: number;
  /** Twice the time of the last connect, so that a slow network causes no second attempt. */
  #delayMs = MIN_DELAY_MS;
  /** Until when an address is tried last. */
  readonly #overtaken = new Map<string, number>();

  /** `connected` receives the time of each connect that won. */
  constructor(timeoutMs: number, timers: RaceTimers = TIMERS, connected: (tookMs: number) => void = () => {}) {
    this.#timeoutMs = timeoutMs;
    this.#timers = timers;
    this.#connected = connected;
  }

  /**
   * Opens a socket by `connect` for one endpoint after the other until one emits `connect`. The returned function destroys all of them,
   * also the open one.
   */
  run(endpoints: readonly Endpoint[], connect: (endpoint: Endpoint) => Socket, events: DialEvents): () => void {
    const { now, after } = this.#timers;
    const queue = this.#inOrder(endpoints);
    const delayMs = Math.min(this.#delayMs, this.#timeoutMs / queue.length);
    const attempts = new Map<Socket, Endpoint>();
    const errors: Error[] = [];
    let over = false;
    let stopTimer = () => {};
    const attempt = (endpoint: Endpoint) => {
      const socket = connect(endpoint);
      const startMs = now();
      attempts.set(socket, endpoint);
      socket.on('error', (error) => lost(socket, error));
      socket.once('connect', () => {
        if (over) return;
        over = true;
        stopTimer();
        attempts.delete(socket);
        this.#won(endpoint, now() - startMs, attempts);
        attempts.set(socket, endpoint);
        events.open(socket);
      });
    };
    const lost = (socket: Socket, error: Error) => {
      if (over || !attempts.delete(socket)) return;
      socket.destroy();
      failed(error);
    };
    const failed = (error: Error) => {
      errors.push(error);
      if (queue.length > 0) next();
      else if (attempts.size === 0) {
        over = true;
        events.failed(telling(errors));
      }
    };
    const next = () => {
      stopTimer();
      const endpoint = queue.shift();
      if (endpoint === undefined) return;
      if (queue.length > 0) stopTimer = after(delayMs, next);
      try {
        attempt(endpoint);
      } catch (error) {
        // Node throws where an option cannot be used. A user whose requests all fail at once would block the event loop.
        setImmediate(() => {
          if (!over) failed(error as Error);
        });
      }
    };
    next();
    return () => {
      over = true;
      stopTimer();
      for (const socket of attempts.keys()) socket.destroy();
    };
  }

  #inOrder(endpoints: readonly Endpoint[]): Endpoint[] {
    if (this.#overtaken.size === 0) return [...endpoints];
    const nowMs = this.#timers.now();
    const isLast = (endpoint: Endpoint) => (this.#overtaken.get(nameOf(endpoint)) ?? 0) > nowMs;
    return [...endpoints.filter((endpoint) => !isLast(endpoint)), ...endpoints.filter(isLast)];
  }

  /** `others`: the attempts without a response, which end here. */
  #won(endpoint: Endpoint, tookMs: number, others: Map<Socket, Endpoint>): void {
    this.#connected(tookMs);
    this.#delayMs = Math.min(MAX_DELAY_MS, Math.max(MIN_DELAY_MS, 2 * tookMs));
    this.#overtaken.delete(nameOf(endpoint));
    for (const [socket, other] of others) {
      this.#overtaken.set(nameOf(other), this.#timers.now() + OVERTAKEN_MS);
      socket.destroy();
    }
    others.clear();
  }
}

function nameOf(endpoint: Endpoint): string {
  return 'path' in endpoint ? endpoint.path : endpoint.host;
}
