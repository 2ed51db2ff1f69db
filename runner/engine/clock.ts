// The global of that name is an accessor of Node's: looking it up costs as much as the clock.
import { performance } from 'node:perf_hooks';

/** Time as an engine sees it: microseconds since the load began, negative before. */
export interface Clock {
  now(): number;
  /** Calls back at `time` or as soon after it as the event loop can; Infinity never. Answers with what takes the call back. */
  at(time: number, callback: () => void): () => void;
  /** Calls back behind the I/O that is waiting now. */
  soon(callback: () => void): void;
}

/** The process's monotonic clock, for a load that begins at `start` on the scale of `performance.now()`, milliseconds. */
export function processClock(start: number): Clock {
  const now = () => (performance.now() - start) * 1e3;
  return {
    now,
    at(time, callback) {
      if (time === Number.POSITIVE_INFINITY) return () => {};
      // A timer counts whole milliseconds from when the event loop last looked at the clock, and may come early.
      let timer: NodeJS.Timeout;
      const arm = () => {
        timer = setTimeout(() => (now() < time ? arm() : callback()), Math.max(0, (time - now()) / 1e3));
      };
      arm();
      return () => clearTimeout(timer);
    },
    soon: setImmediate,
  };
}
