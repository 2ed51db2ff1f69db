// The global `performance` is an accessor in Node: reading it costs as much as reading the clock.
import { performance } from 'node:perf_hooks';

/** The clock of an engine: microseconds since the load began, negative before. */
export interface Clock {
  now(): number;
  /** Calls back at `timeUs` or as soon after it as the event loop can, never for Infinity. Returns a function that cancels the call. */
  at(timeUs: number, callback: () => void): () => void;
  /** Calls back in about `us`, which are whole milliseconds: cheaper than `at`. Returns a function that cancels the call. */
  after(us: number, callback: () => void): () => void;
  /** Calls back after the pending I/O. */
  soon(callback: () => void): void;
}

/** The process's monotonic clock, for a load that begins at `startMs` of `performance.now()`. */
export function processClock(startMs: number): Clock {
  const now = () => (performance.now() - startMs) * 1e3;
  return {
    now,
    at(timeUs, callback) {
      if (timeUs === Number.POSITIVE_INFINITY) return () => {};
      // A timer counts whole milliseconds from the event loop's last reading of the clock, so it may fire early.
      let timer: NodeJS.Timeout;
      const arm = () => {
        timer = setTimeout(() => (now() < timeUs ? arm() : callback()), Math.max(0, (timeUs - now()) / 1e3));
      };
      arm();
      return () => clearTimeout(timer);
    },
    after(us, callback) {
      const timer = setTimeout(callback, us / 1e3);
      return () => clearTimeout(timer);
    },
    soon: setImmediate,
  };
}
