/** Of each key, this many responses are inspected without a gap. */
const INITIAL = 64;
/** The maximum number of keys; all further ones share one. */
const MAX_KEYS = 256;

/**
 * Decides which responses to inspect: the first few per key, then exponentially fewer. A target that always fails then costs the generator
 * little, and rare responses are still found.
 */
export class ExampleSampling {
  readonly #counts = new Map<string, number>();

  /** The responses with this key so far; undefined for a key that shares its count with others. */
  countOf(key: string): number | undefined {
    return this.#counts.get(key);
  }

  /** Whether to inspect the next response with this key. */
  takes(key: string): boolean {
    const counted = this.#counts.size < MAX_KEYS || this.#counts.has(key) ? key : '';
    const count = (this.#counts.get(counted) ?? 0) + 1;
    this.#counts.set(counted, count);
    return count % 2 ** Math.max(0, Math.floor(Math.log2(count / INITIAL))) === 0;
  }
}
