/** A delay from which on it may be the generator that is late, and not the resolution of its timers. */
export const LATE_US = 1_000;

/**
 * Which arrivals the in-flight limit drops because of the generator: those that are late themselves, and those that find requests in flight that
 * were sent late. Each of the latter can displace one arrival.
 */
export class Displaced {
  #lateInFlight = 0;
  #mayDisplace = 0;

  /** A request was taken up, `delayUs` late. Returns whether that is late. */
  taken(delayUs: number): boolean {
    if (delayUs <= LATE_US) return false;
    this.#lateInFlight++;
    this.#mayDisplace++;
    return true;
  }

  /** A request that was late has ended. */
  ended(): void {
    this.#lateInFlight--;
    if (this.#lateInFlight === 0) this.#mayDisplace = 0;
  }

  /** Whether the generator caused the drop of an arrival that came `delayUs` late. */
  isDropped(delayUs: number): boolean {
    if (delayUs > LATE_US) return true;
    if (this.#mayDisplace === 0) return false;
    this.#mayDisplace--;
    return true;
  }
}
