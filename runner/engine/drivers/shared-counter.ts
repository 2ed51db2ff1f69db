/** The memory of a counter that threads share. */
export type CounterMemory = SharedArrayBuffer;

export function newCounterMemory(): CounterMemory {
  return new SharedArrayBuffer(2 * Uint32Array.BYTES_PER_ELEMENT);
}

const HALF = 2 ** 31;

/**
 * Returns the function that counts 0, 1, 2, ... over all threads with the same memory: each number is returned once. Exact below 2^53 while
 * no thread sleeps for 2^31 numbers within a call.
 *
 * JavaScript has no atomic number of more than 32 bits that needs no allocation. So the first word counts and overflows, and the second one
 * counts the halves of its range that have begun. It can be one half behind, until the thread that began the half has counted it; then its
 * parity is wrong: first halves are odd.
 */
export function sharedCounter(memory: CounterMemory): () => number {
  const words = new Uint32Array(memory);
  return () => {
    const known = Atomics.load(words, 1); // before the count, so that it is never ahead
    const low = Atomics.add(words, 0, 1);
    const parity = low < HALF ? 1 : 0;
    const within = low - (1 - parity) * HALF;
    if (within === 0) Atomics.add(words, 1, 1);
    const begun = known + ((known & 1) ^ parity);
    return (begun - 1) * HALF + within;
  };
}
