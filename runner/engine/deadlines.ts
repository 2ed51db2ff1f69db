/** Something that can run into its deadline. The fields are those of {@link Deadlines}. */
export abstract class Expiring {
  deadline = Number.POSITIVE_INFINITY;
  earlier: Expiring | undefined;
  later: Expiring | undefined;
  /** `now` is when the deadline was found to have passed. */
  abstract expire(now: number): void;
}

/**
 * Deadlines in the order in which they fall due. With one time-out for all they are added in that order, so a list through the
 * entries themselves is enough: adding, removing and expiring cost a few instructions each, and nothing is allocated.
 */
export class Deadlines {
  #first: Expiring | undefined;
  #last: Expiring | undefined;
  #sweeping = false;

  /** The earliest deadline, Infinity without one. */
  get next(): number {
    return this.#first === undefined ? Number.POSITIVE_INFINITY : this.#first.deadline;
  }

  /** Adds the deadline `time`, which no other entry exceeds, instead of an earlier one of `entry`. */
  add(entry: Expiring, time: number): void {
    this.remove(entry);
    entry.deadline = time;
    entry.earlier = this.#last;
    if (this.#last === undefined) this.#first = entry;
    else this.#last.later = entry;
    this.#last = entry;
  }

  /** Forgets the deadline of `entry`, if it has one. */
  remove(entry: Expiring): void {
    if (entry.deadline === Number.POSITIVE_INFINITY) return;
    const { earlier, later } = entry;
    if (earlier === undefined) this.#first = later;
    else earlier.later = later;
    if (later === undefined) this.#last = earlier;
    else later.earlier = earlier;
    entry.deadline = Number.POSITIVE_INFINITY;
    entry.earlier = undefined;
    entry.later = undefined;
  }

  /** Expires all that is due at `now`; called by what expires, it leaves the rest to the sweep that is under way. */
  sweep(now: number): void {
    if (this.#sweeping) return;
    this.#sweeping = true;
    while (this.#first !== undefined && this.#first.deadline <= now) {
      const entry = this.#first;
      this.remove(entry);
      entry.expire(now);
    }
    this.#sweeping = false;
  }
}
