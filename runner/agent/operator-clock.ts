/**
 * How far the operator's clock is ahead of ours, from the exchanges with it. The answer was written somewhere between sending and
 * receiving, so the middle is off by half the round trip at most, and the shortest round trip is the one to believe.
 * For how long the answer was held is no part of it: that was before it was written.
 */
export class OperatorClock {
  #offsetMs = 0;
  #shortestMs = Number.POSITIVE_INFINITY;

  /**
   * Takes an exchange into account: when it was sent and received by our clock, the operator's clock when it answered, and for how long
   * it held the answer before.
   */
  observe(sentMs: number, receivedMs: number, operatorMs: number, heldMs = 0): void {
    // Less than nothing is two clocks that do not agree about the time between.
    const roundTrip = Math.max(0, receivedMs - sentMs - heldMs);
    if (roundTrip > this.#shortestMs) return;
    this.#shortestMs = roundTrip;
    this.#offsetMs = operatorMs + roundTrip / 2 - receivedMs;
  }

  /** A time of the operator's clock by ours. */
  toLocal(operatorMs: number): number {
    return operatorMs - this.#offsetMs;
  }

  /** A time of our clock by the operator's. */
  toOperator(localMs: number): number {
    return localMs + this.#offsetMs;
  }
}
