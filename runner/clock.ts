/**
 * How far the operator's clock is ahead of ours, from the exchanges with it. The answer was written somewhere between sending and
 * receiving, so the middle is off by half the round trip at most, and the shortest round trip is the one to believe.
 */
export class OperatorClock {
  #offsetMs = 0;
  #shortestMs = Number.POSITIVE_INFINITY;

  /** Takes an exchange into account: when it was sent and received by our clock, and the operator's clock in between. */
  observe(sentMs: number, receivedMs: number, operatorMs: number): void {
    const roundTrip = receivedMs - sentMs;
    if (roundTrip > this.#shortestMs) return;
    this.#shortestMs = roundTrip;
    this.#offsetMs = operatorMs - (sentMs + receivedMs) / 2;
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
