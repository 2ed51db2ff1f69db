/**
 * Estimates the offset of the operator's clock from the exchanges with it. The operator writes a response between our sending and receiving,
 * so the middle is wrong by at most half the round trip, and the shortest round trip gives the best estimate. The time for which the
 * operator holds a response comes before it is written, and is not part of the round trip.
 */
export class OperatorClock {
  #offsetMs = 0;
  #shortestMs = Number.POSITIVE_INFINITY;

  /** Adds an exchange: our clock at sending and receiving, the operator's clock at its response, and the time for which it held the response. */
  observe(sentMs: number, receivedMs: number, operatorMs: number, heldMs = 0): void {
    // Negative when the two clocks disagree about the elapsed time.
    const roundTrip = Math.max(0, receivedMs - sentMs - heldMs);
    if (roundTrip > this.#shortestMs) return;
    this.#shortestMs = roundTrip;
    this.#offsetMs = operatorMs + roundTrip / 2 - receivedMs;
  }

  /** Converts a time of the operator's clock to ours. */
  toLocal(operatorMs: number): number {
    return operatorMs - this.#offsetMs;
  }

  /** Converts a time of our clock to the operator's. */
  toOperator(localMs: number): number {
    return localMs + this.#offsetMs;
  }
}
