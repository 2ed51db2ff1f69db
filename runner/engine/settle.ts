import type { Clock } from './clock.ts';
import type { SlotPool } from './slot-pool.ts';

/** How requests end after the last one was sent, microseconds from now. */
export type Settling = {
  /** For so long at least. */
  leastUs: number;
  /** Then the requests in flight are cut off; Infinity: each has its whole timeout. */
  mostUs: number;
  /**
   * Then the arrivals that wait for a connection are dropped. With a target that hangs, a long queue would otherwise make the load last for
   * many timeouts.
   */
  waitingUs: number;
};

/** Calls back when no request is in flight or waits any more, perhaps at once. Returns a function that cancels the call. */
export function settle(
  slots: Pick<SlotPool, 'idle' | 'abortAll' | 'dropWaiting' | 'onSettled' | 'onJudged'>,
  timing: Pick<Clock, 'now' | 'at'>,
  { leastUs, mostUs, waitingUs }: Settling,
  settled: () => void,
): () => void {
  const sinceUs = timing.now();
  const cancel = () => {
    for (const cancelTimer of timers) cancelTimer();
    slots.onSettled = () => {};
    slots.onJudged = () => {};
  };
  const check = () => {
    if (!slots.idle || timing.now() < sinceUs + leastUs) return;
    cancel();
    settled();
  };
  const after = (us: number, callback: () => void) =>
    timing.at(sinceUs + us, () => {
      callback();
      check();
    });
  const timers = [
    after(mostUs, () => slots.abortAll()),
    after(waitingUs, () => slots.dropWaiting()),
    after(leastUs, () => {}),
  ];
  slots.onSettled = check;
  slots.onJudged = check;
  check();
  return cancel;
}
