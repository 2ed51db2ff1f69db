/**
 * A seeded generator of numbers from 0 (inclusive) to 1 (exclusive) with 32 bits of resolution: splitmix32, a counter with
 * Murmur3's finaliser. Equal seeds yield equal sequences on every machine.
 */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    return hash32(state) / 2 ** 32;
  };
}

/** Murmur3's finaliser: a bijective hash of 32 bits, unsigned. */
export function hash32(value: number): number {
  let h = value ^ (value >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
