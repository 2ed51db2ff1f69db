/** So many of each are looked at, one by one. */
const AT_FIRST = 64;
/** How many are told apart at most. */
const MOST_KEYS = 256;

/**
 * Which of very many alike are looked at: the first ones of each key, and then fewer and fewer, so that a target that answers every
 * request with an error costs the generator little, and what is rare among them is found all the same.
 */
export class ExampleSampling {
  readonly #counts = new Map<string, number>();

  /** Whether this one is to be looked at. */
  takes(key: string): boolean {
    const own = this.#counts.size < MOST_KEYS || this.#counts.has(key) ? key : '';
    const count = (this.#counts.get(own) ?? 0) + 1;
    this.#counts.set(own, count);
    return count % 2 ** Math.max(0, Math.floor(Math.log2(count / AT_FIRST))) === 0;
  }
}
