/** So many keys are remembered. At this bound, those that owe nothing are forgotten; if all owe something, everything is. */
const MAX_KEYS = 10_000;

/** Limits what each key may do to `burst` at once and `perSecond` on average, in units of the caller. */
export class RateLimit {
  readonly #burst: number;
  readonly #perSecond: number;
  readonly #now: () => number;
  /** What each key owes, which it pays off with time. */
  readonly #debts = new Map<string, { units: number; sinceMs: number }>();

  /** `now`: milliseconds. */
  constructor({ burst, perSecond }: { burst: number; perSecond: number }, now: () => number) {
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#now = now;
  }

  /** How long a key has to wait until it may do something, in milliseconds; 0: it may now. */
  waitMs(key: string): number {
    const excess = this.#debtOf(key) + 1 - this.#burst;
    return excess <= 0 ? 0 : Math.ceil((excess / this.#perSecond) * 1e3);
  }

  /** Records what a key has done, also beyond the limit: it then waits for longer. */
  charge(key: string, units = 1): void {
    const debt = this.#debtOf(key) + units;
    if (!this.#debts.has(key) && this.#debts.size >= MAX_KEYS) this.#forget();
    this.#debts.set(key, { units: debt, sinceMs: this.#now() });
  }

  #debtOf(key: string): number {
    const debt = this.#debts.get(key);
    if (debt === undefined) return 0;
    // The clock may have been set back.
    const passedMs = Math.max(0, this.#now() - debt.sinceMs);
    return Math.max(0, debt.units - (passedMs / 1e3) * this.#perSecond);
  }

  #forget(): void {
    for (const key of this.#debts.keys()) if (this.#debtOf(key) === 0) this.#debts.delete(key);
    if (this.#debts.size >= MAX_KEYS) this.#debts.clear();
  }
}
