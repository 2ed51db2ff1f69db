import { Histogram } from './histogram.ts';

/** The longest number in the bytes: counts are exact up to 2^53. */
const MAX_NUMBER_BYTES = 8;

/**
 * An immutable histogram of microseconds in one or two bytes for each bucket in use. A Histogram takes 184 KiB whatever it holds, so that
 * snapshots keep theirs packed: the operator has those of a thousand runners in memory. Adding one to a sum takes some ten microseconds.
 */
export class PackedHistogram {
  static readonly EMPTY = new PackedHistogram(new Uint8Array());

  /**
   * The counts as in HdrHistogram's V2 encoding before its compression, zigzag LEB128 numbers: a positive one is the count of the next
   * bucket, a negative one skips as many empty buckets.
   */
  readonly bytes: Uint8Array;

  private constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  static of({ counts }: Histogram): PackedHistogram {
    return PackedHistogram.#pack(counts, () => true)!;
  }

  /** Packs counts that somebody else may write meanwhile; undefined unless all of them are numbers of samples. */
  static ofOthers(counts: Float64Array): PackedHistogram | undefined {
    if (counts.length !== Histogram.LENGTH) return undefined;
    return PackedHistogram.#pack(counts, (count) => count > 0 && Number.isSafeInteger(count));
  }

  /** Reads each count once. */
  static #pack(counts: Float64Array, isCount: (count: number) => boolean): PackedHistogram | undefined {
    const writer = new NumberWriter();
    let next = 0;
    for (let bucket = 0; bucket < Histogram.LENGTH; bucket++) {
      const count = counts[bucket]!;
      if (count === 0) continue;
      if (!isCount(count)) return undefined;
      if (bucket > next) writer.write(2 * (bucket - next) - 1);
      writer.write(2 * count);
      next = bucket + 1;
    }
    return new PackedHistogram(writer.written());
  }

  /** The histogram with a copy of `bytes`; undefined when they are not the counts of one. */
  static read(bytes: Uint8Array): PackedHistogram | undefined {
    return areCounts(bytes) ? new PackedHistogram(new Uint8Array(bytes)) : undefined;
  }

  /** Calls `visit` for the buckets in use, in their order. */
  forEach(visit: (bucket: number, count: number) => void): void {
    const { bytes } = this;
    let bucket = 0;
    for (let at = 0; at < bytes.length; ) {
      let byte = bytes[at++]!;
      let zigzag = byte & 127;
      for (let scale = 128; byte > 127; scale *= 128) {
        byte = bytes[at++]!;
        zigzag += (byte & 127) * scale;
      }
      if (zigzag % 2 === 1) bucket += (zigzag + 1) / 2;
      else {
        if (zigzag > 0) visit(bucket, zigzag / 2);
        bucket++;
      }
    }
  }

  /** Adds every bucket to that of `sum`. */
  addTo({ counts }: Histogram): void {
    this.forEach((bucket, count) => {
      counts[bucket] = counts[bucket]! + count;
    });
  }

  unpack(): Histogram {
    return mergePacked([this]);
  }
}

/** The sum of histograms. */
export function mergePacked(parts: readonly PackedHistogram[]): Histogram {
  const sum = new Histogram();
  for (const part of parts) part.addTo(sum);
  return sum;
}

/** The samples that `now` has more than `before`, bucket for bucket; all of them without one before. */
export function subtractPacked(now: PackedHistogram, before: PackedHistogram | undefined): Histogram {
  const rest = now.unpack();
  const { counts } = rest;
  before?.forEach((bucket, count) => {
    counts[bucket] = Math.max(0, counts[bucket]! - count);
  });
  return rest;
}

/** Whether the bytes are whole numbers that describe no more buckets than a histogram has. */
function areCounts(bytes: Uint8Array): boolean {
  let buckets = 0;
  for (let at = 0; at < bytes.length; ) {
    let zigzag = 0;
    let scale = 1;
    const end = at + MAX_NUMBER_BYTES;
    let byte: number;
    do {
      if (at >= bytes.length || at >= end) return false;
      byte = bytes[at++]!;
      zigzag += (byte & 127) * scale;
      scale *= 128;
    } while (byte > 127);
    buckets += zigzag % 2 === 1 ? (zigzag + 1) / 2 : 1;
    if (buckets > Histogram.LENGTH) return false;
  }
  return true;
}

class NumberWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;

  /** Writes groups of seven bits, the lowest first. Plain arithmetic, as bit operations would cut counts to 32 bits. */
  write(zigzag: number): void {
    if (this.#length + MAX_NUMBER_BYTES > this.#bytes.length) this.#grow();
    let rest = zigzag;
    while (rest > 127) {
      this.#bytes[this.#length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }

  written(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #grow(): void {
    const larger = new Uint8Array(2 * this.#bytes.length);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
