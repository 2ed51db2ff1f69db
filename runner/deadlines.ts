/** Something that can run into its deadline; `round` tells this use of it from earlier ones. */
export interface Expiring {
  readonly round: number;
  expire(): void;
}

/**
 * Deadlines in the order in which they fall due: one time-out for all means that they are added in that order, so a ring holds
 * them and adding, settling and expiring cost a few instructions each. Settled entries stay until they come to the head.
 */
export class Deadlines {
  #entries: (Expiring | undefined)[] = new Array(1024).fill(undefined);
  #rounds = new Float64Array(1024);
  #times = new Float64Array(1024);
  #head = 0;
  #size = 0;

  /** Adds the deadline `time`, which no earlier entry exceeds, for the current round of `entry`. */
  add(entry: Expiring, time: number): void {
    if (this.#size === this.#times.length) this.#grow();
    const at = (this.#head + this.#size++) & (this.#times.length - 1);
    this.#entries[at] = entry;
    this.#rounds[at] = entry.round;
    this.#times[at] = time;
  }

  /** Expires all that is due at `now`, and answers with the next deadline that is still open, Infinity without one. */
  sweep(now: number): number {
    while (this.#size > 0) {
      const at = this.#head;
      const entry = this.#entries[at]!;
      const open = entry.round === this.#rounds[at];
      if (open && this.#times[at]! > now) return this.#times[at]!;
      this.#entries[at] = undefined;
      this.#head = (at + 1) & (this.#times.length - 1);
      this.#size--;
      if (open) entry.expire();
    }
    return Number.POSITIVE_INFINITY;
  }

  #grow(): void {
    const length = this.#times.length;
    const order = Array.from({ length }, (_, i) => (this.#head + i) & (length - 1));
    const entries = order.map((at) => this.#entries[at]);
    const rounds = Float64Array.from(order, (at) => this.#rounds[at]!);
    const times = Float64Array.from(order, (at) => this.#times[at]!);
    this.#entries = [...entries, ...new Array(length).fill(undefined)];
    this.#rounds = new Float64Array(2 * length);
    this.#times = new Float64Array(2 * length);
    this.#rounds.set(rounds);
    this.#times.set(times);
    this.#head = 0;
  }
}
