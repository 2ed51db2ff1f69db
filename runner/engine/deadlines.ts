/** An entry of {@link Deadlines}, which owns the fields. */
export abstract class Expiring {
  deadlineUs = Number.POSITIVE_INFINITY;
  earlier: Expiring | undefined;
  later: Expiring | undefined;
  /** Called at `nowUs`, at or after the deadline, which is `deadlineUs` no more. */
  abstract expire(nowUs: number): void;
}

/**
 * Deadlines in the order in which they fall due. With one timeout for all, they are added in that order, so a list linked through the
 * entries is enough: adding, removing and expiring cost a few instructions each and allocate nothing.
 */
export class Deadlines {
  #first: Expiring | undefined;
  #last: Expiring | undefined;
  #sweeping = false;

  /** The earliest deadline, Infinity without one. */
  get nextUs(): number {
    return this.#first === undefined ? Number.POSITIVE_INFINITY : this.#first.deadlineUs;
  }

  /** Sets the deadline of `entry` to `timeUs`, which must be the latest of all; replaces an earlier one. */
  add(entry: Expiring, timeUs: number): void {
    this.remove(entry);
    entry.deadlineUs = timeUs;
    entry.earlier = this.#last;
    if (this.#last === undefined) this.#first = entry;
    else this.#last.later = entry;
    this.#last = entry;
  }

  /** Removes the deadline of `entry`, if it has one. */
  remove(entry: Expiring): void {
    if (entry.deadlineUs === Number.POSITIVE_INFINITY) return;
    const { earlier, later } = entry;
    if (earlier === undefined) this.#first = later;
    else earlier.later = later;
    if (later === undefined) this.#last = earlier;
    else later.earlier = earlier;
    entry.deadlineUs = Number.POSITIVE_INFINITY;
    entry.earlier = undefined;
    entry.later = undefined;
  }

  /** Expires at `nowUs` all entries due at `dueUs`. A call from within `expire` leaves the rest to the outer sweep. */
  sweep(dueUs: number, nowUs: number): void {
    if (this.#sweeping) return;
    this.#sweeping = true;
    while (this.#first !== undefined && this.#first.deadlineUs <= dueUs) {
      const entry = this.#first;
      this.remove(entry);
      entry.expire(nowUs);
    }
    this.#sweeping = false;
  }
}
