import { hash32 } from '../common/random.ts';
import { placeIn, type Stripe } from './stripe.ts';

/** Two groups of requests that share their arrivals. A group is a pair by its index, or a request as `~request`, which is negative. */
type Pair = { weight: number; lighterWeight: number; lighter: number; heavier: number };

/**
 * Chooses the request of an arrival of `series` by weight: the same request for the same arrival and seed, whichever engine sends it. Returns
 * the function from the arrival's number to the index of the request in the list. Weights are whole numbers.
 *
 * A block is as many arrivals of the series as the weights add up to, divided by their greatest common divisor. Each block has exactly the
 * shares of the weights, in a random order that derives from the seed. Nor does a request run far ahead of its share within a block, which
 * can be longer than a test: a pair of groups with the weights a <= b gives the lighter group one random arrival of each (a + b) / a
 * successive ones, and the other group the rest. A block begins at a random place of this order, because a width of (a + b) / a that is
 * no whole number favours some places.
 */
export function requestChooser(weights: readonly number[], seed: number, series: Stripe): (arrival: number) => number {
  if (weights.length === 1) return () => 0;
  const pairs = pairsOf(weights);
  const root = pairs.length - 1;
  const length = pairs[root]!.weight;
  const seriesKey = hash32(hash32(seed) ^ series.index);
  return (arrival) => {
    const place = placeIn(series, arrival);
    const block = Math.floor(place / length);
    const key = hash32(seriesKey ^ hash32(block));
    let at = place - block * length + below(length, key);
    if (at >= length) at -= length;
    let group = root;
    while (group >= 0) {
      const { weight, lighterWeight, lighter, heavier } = pairs[group]!;
      // Quotients are exact, as the products of whole numbers stay below 2^53.
      const turn = Math.floor((at * lighterWeight) / weight);
      const begin = Math.ceil((turn * weight) / lighterWeight);
      const end = Math.ceil(((turn + 1) * weight) / lighterWeight);
      const bits = hash32(key + Math.imul(group + 1, 0x9e3779b9) + Math.imul(turn, 0x85ebca6b));
      const taken = begin + below(end - begin, bits);
      if (at === taken) {
        group = lighter;
        at = turn;
      } else {
        group = heavier;
        at -= turn + (at > taken ? 1 : 0);
      }
    }
    return ~group;
  };
}

/** A whole number from 0 to below `limit` by 32 random bits. */
function below(limit: number, bits: number): number {
  return Math.floor((bits / 2 ** 32) * limit);
}

/** The pairs of Huffman's tree, which finds frequent requests in the fewest steps, with the smallest weights of the same shares; the root is last. */
function pairsOf(weights: readonly number[]): Pair[] {
  const divisor = weights.reduce(greatestCommonDivisor);
  const groups = weights.map((weight, request) => ({ weight: weight / divisor, group: ~request }));
  const pairs: Pair[] = [];
  while (groups.length > 1) {
    groups.sort((a, b) => a.weight - b.weight);
    const [a, b] = groups.splice(0, 2) as [(typeof groups)[0], (typeof groups)[0]];
    const weight = a.weight + b.weight;
    groups.push({ weight, group: pairs.length });
    pairs.push({ weight, lighterWeight: a.weight, lighter: a.group, heavier: b.group });
  }
  return pairs;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
