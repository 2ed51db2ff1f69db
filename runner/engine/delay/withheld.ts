import { ZERO } from './fraction.ts';

/**
 * The time for which arrivals wait because the engine opens few connections at once, in total: the part of a wait that the generator causes.
 * While all the connections that the user allows are in use, it is the user's own limit that lets them wait. Times are microseconds.
 */
export class Withheld {
  #sumUs = ZERO;
  #sinceUs = Number.POSITIVE_INFINITY;

  /** From `nowUs` on, the engine withholds connections from arrivals that wait, or does not. */
  set(isWithheld: boolean, nowUs: number): void {
    this.#sumUs = this.until(nowUs);
    this.#sinceUs = isWithheld ? nowUs : Number.POSITIVE_INFINITY;
  }

  /** The sum up to `nowUs`. */
  until(nowUs: number): number {
    return this.#sumUs + Math.max(0, nowUs - this.#sinceUs);
  }
}
