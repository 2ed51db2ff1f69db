import type { Field } from '../field.ts';

/** The dynamic table of a decoder (RFC 7541, 2.3.2): the newest field first, within a size. */
export class DynamicTable {
  /** A ring: the newest field is at #newest, the ones before it at lower indexes. */
  #ring: (Field | undefined)[] = new Array(16).fill(undefined);
  #newest = -1;
  #length = 0;
  #size = 0;
  #maxSize: number;

  /** `maxSize` in bytes, as of RFC 7541, 4.1. */
  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  get maxSize(): number {
    return this.#maxSize;
  }

  /** Changes the size, and evicts what does not fit. */
  resize(maxSize: number): void {
    this.#maxSize = maxSize;
    this.#evict(0);
  }

  /** Field number `index`, from 0, the newest; undefined beyond the last. */
  at(index: number): Field | undefined {
    if (index >= this.#length) return undefined;
    return this.#ring[(this.#newest - index) & (this.#ring.length - 1)];
  }

  /** Adds a field; one that is larger than the table empties it (RFC 7541, 4.4). */
  add(field: Field): void {
    if (this.#size + field.size > this.#maxSize) this.#evict(field.size);
    if (field.size > this.#maxSize) return;
    if (this.#length === this.#ring.length) this.#grow();
    this.#newest = (this.#newest + 1) & (this.#ring.length - 1);
    this.#ring[this.#newest] = field;
    this.#length++;
    this.#size += field.size;
  }

  #evict(room: number): void {
    while (this.#length > 0 && this.#size + room > this.#maxSize) {
      const oldest = (this.#newest - this.#length + 1) & (this.#ring.length - 1);
      this.#size -= this.#ring[oldest]!.size;
      this.#ring[oldest] = undefined;
      this.#length--;
    }
  }

  #grow(): void {
    const fields = Array.from({ length: this.#length }, (_, i) => this.at(this.#length - 1 - i));
    this.#ring = [...fields, ...new Array(this.#length).fill(undefined)];
    this.#newest = this.#length - 1;
  }
}
