import type { Clock } from './clock.ts';
import { Deadlines, type Expiring } from './deadlines.ts';

/**
 * The journeys whose users think before the next request. Before one request all think for the same time, so that they are ready in the
 * order in which they began to; one timer is set to whoever is ready first. Being ready is a deadline: `expire` is called behind it.
 */
export class ThinkTimes {
  readonly #timing: Clock;
  readonly #sent: () => void;
  /** By the request that is thought about. */
  readonly #thinkers: readonly Deadlines[];
  /** The time that the timer is set to; -Infinity while it is being set. */
  #alarm = Number.POSITIVE_INFINITY;
  #cancelTimer = () => {};

  /** For journeys of so many requests; `sent` is called when some have gone on. */
  constructor(requests: number, timing: Clock, sent: () => void) {
    this.#timing = timing;
    this.#sent = sent;
    this.#thinkers = Array.from({ length: requests }, () => new Deadlines());
  }

  /** `journey`, which has no deadline, thinks until `ready`, before request number `request`. */
  add(journey: Expiring, request: number, ready: number): void {
    this.#thinkers[request]!.add(journey, ready);
    if (ready < this.#alarm) this.#setAlarm();
  }

  /** `journey` thinks no more about request number `request`. */
  remove(journey: Expiring, request: number): void {
    this.#thinkers[request]!.remove(journey);
  }

  close(): void {
    this.#cancelTimer();
  }

  #sendReady(): void {
    this.#alarm = Number.NEGATIVE_INFINITY;
    for (const thinkers of this.#thinkers) thinkers.sweep(this.#timing.now());
    this.#sent();
    this.#setAlarm();
  }

  #setAlarm(): void {
    this.#cancelTimer();
    this.#alarm = Math.min(...this.#thinkers.map((t) => t.next));
    this.#cancelTimer = this.#timing.at(this.#alarm, () => this.#sendReady());
  }
}
