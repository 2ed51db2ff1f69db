import type { Upcoming } from '../engine/drivers/upcoming.ts';
import type { Call, CallQueue, Returned } from './call-queue.ts';

/** How long before an arrival is due its request is made, at a high rate, microseconds. */
const HORIZON_US = 10_000;
/** The most requests that are made ahead. */
const MOST = 256;

/**
 * The results of a script's `request` for arrivals in their order. At a high rate they are made a moment before the arrivals come due, many with
 * one message; at a low rate when an arrival is due.
 */
export class MadeAhead {
  readonly #calls: CallQueue;
  readonly #upcoming: Upcoming;
  readonly #callOf: (arrival: number) => Call;
  readonly #nowUs: () => number;
  readonly #ready = new Map<number, Returned>();
  /** The number of arrivals whose results are under way. */
  #underWay = 0;
  #last = -1;
  #windowUs = Number.NEGATIVE_INFINITY;
  #count = 0;
  /** The number of arrivals in the last horizon. */
  #usual = 0;

  /** `callOf`: the call for an arrival. */
  constructor(calls: CallQueue, upcoming: Upcoming, callOf: (arrival: number) => Call, nowUs: () => number) {
    this.#calls = calls;
    this.#upcoming = upcoming;
    this.#callOf = callOf;
    this.#nowUs = nowUs;
  }

  /** The result for an arrival, which follows the ones of earlier calls; blocks this thread until the script has returned it. */
  take(arrival: number): Returned {
    this.#forgetBefore(arrival);
    this.#count1();
    if (this.#upcoming.passes(arrival)) this.#make(arrival);
    if (!this.#ready.has(arrival)) this.#calls.waitUntil(() => this.#ready.has(arrival));
    const returned = this.#ready.get(arrival)!;
    this.#ready.delete(arrival);
    this.#makeMore();
    return returned;
  }

  /** Arrivals before `arrival` were dropped. */
  #forgetBefore(arrival: number): void {
    this.#last = arrival;
    for (const earlier of this.#ready.keys()) {
      if (earlier >= arrival) break;
      this.#ready.delete(earlier);
    }
  }

  #count1(): void {
    this.#count++;
    const nowUs = this.#nowUs();
    const elapsedUs = nowUs - this.#windowUs;
    if (elapsedUs < HORIZON_US) return;
    this.#usual = Math.min(MOST, Math.floor((this.#count * HORIZON_US) / elapsedUs));
    this.#windowUs = nowUs;
    this.#count = 0;
  }

  #makeMore(): void {
    const ahead = this.#ready.size + this.#underWay;
    if (ahead * 2 > this.#usual || this.#usual < 2) return;
    for (const arrival of this.#upcoming.take(this.#usual - ahead, this.#nowUs() + HORIZON_US)) this.#make(arrival);
  }

  #make(arrival: number): void {
    this.#underWay++;
    this.#calls.add(
      this.#callOf(arrival),
      (returned) => {
        this.#underWay--;
        if (arrival >= this.#last) this.#ready.set(arrival, returned);
      },
      'Soon',
    );
  }
}
