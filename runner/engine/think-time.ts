import type { Clock } from './clock.ts';
import { Deadlines, type Expiring } from './deadlines.ts';

/**
 * The iterations whose users think before the next request. Before one request, all users think for the same time, so they are ready in
 * the order in which they began to think. One timer is set to the first. The end of a think time is a deadline: `expire` is called at it.
 */
export class ThinkTimes {
  readonly #timing: Clock;
  /** By the request that follows the think time. */
  readonly #endsByRequest: readonly Deadlines[];
  /** When the timer fires; -Infinity while it is being set. */
  #alarmUs = Number.POSITIVE_INFINITY;
  #cancelTimer = () => {};

  /** For iterations of so many requests. */
  constructor(requests: number, timing: Clock) {
    this.#timing = timing;
    this.#endsByRequest = Array.from({ length: requests }, () => new Deadlines());
  }

  /** Lets `slot`, which has no deadline, think until `readyUs` before request number `request`. */
  add(slot: Expiring, request: number, readyUs: number): void {
    this.#endsByRequest[request]!.add(slot, readyUs);
    if (readyUs < this.#alarmUs) this.#setAlarm();
  }

  /** Ends the think time of `slot` before request number `request` without sending it. */
  remove(slot: Expiring, request: number): void {
    this.#endsByRequest[request]!.remove(slot);
  }

  close(): void {
    this.#cancelTimer();
  }

  #sendReady(): void {
    this.#alarmUs = Number.NEGATIVE_INFINITY;
    for (const ends of this.#endsByRequest) {
      const nowUs = this.#timing.now();
      ends.sweep(nowUs, nowUs);
    }
    this.#setAlarm();
  }

  #setAlarm(): void {
    this.#cancelTimer();
    this.#alarmUs = Math.min(...this.#endsByRequest.map((ends) => ends.nextUs));
    this.#cancelTimer = this.#timing.at(this.#alarmUs, () => this.#sendReady());
  }
}
