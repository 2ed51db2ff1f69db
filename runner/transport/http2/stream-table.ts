/** An entry of the table: a stream with its identifier, which is odd. */
export type Identified = { readonly id: number };

/**
 * The open streams of a connection by identifier. Identifiers count up, so that a table whose length is a power of two finds nearly every one
 * at its first place; V8's Map allocates for every few additions.
 */
export class StreamTable<T extends Identified> {
  #places: (T | undefined)[] = new Array(4).fill(undefined);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(id: number): T | undefined {
    const places = this.#places;
    const mask = places.length - 1;
    for (let at = (id >>> 1) & mask; ; at = (at + 1) & mask) {
      const stream = places[at];
      if (stream === undefined || stream.id === id) return stream;
    }
  }

  add(stream: T): void {
    // At most half full, so that a search ends soon.
    if (++this.#size * 2 > this.#places.length) this.#grow();
    this.#put(stream);
  }

  /** Removes a stream that is in the table. */
  delete(stream: T): void {
    const places = this.#places;
    const mask = places.length - 1;
    let gap = (stream.id >>> 1) & mask;
    while (places[gap] !== stream) gap = (gap + 1) & mask;
    this.#size--;
    // Streams behind the gap that had to give way to it move up.
    for (let at = (gap + 1) & mask; places[at] !== undefined; at = (at + 1) & mask) {
      const first = (places[at]!.id >>> 1) & mask;
      if (((at - first) & mask) < ((at - gap) & mask)) continue;
      places[gap] = places[at];
      gap = at;
    }
    places[gap] = undefined;
  }

  /** All streams, in the order of their identifiers. */
  all(): T[] {
    return this.#places.filter((stream) => stream !== undefined).sort((a, b) => a.id - b.id);
  }

  #put(stream: T): void {
    const places = this.#places;
    const mask = places.length - 1;
    let at = (stream.id >>> 1) & mask;
    while (places[at] !== undefined) at = (at + 1) & mask;
    places[at] = stream;
  }

  #grow(): void {
    const streams = this.#places;
    this.#places = new Array(2 * streams.length).fill(undefined);
    for (const stream of streams) if (stream !== undefined) this.#put(stream);
  }
}
