import { hash32 } from '../common/random.ts';

/**
 * Chooses the request of arrival `number` by weight, whichever engine sends it: the same arrival always makes the same request.
 * Returns the index of the request in the list.
 */
export function requestChooser(weights: readonly number[]): (number: number) => number {
  const total = weights.reduce((sum, w) => sum + w, 0);
  if (weights.length === 1) return () => 0;
  return (number) => {
    let rest = hash32(number) % total;
    return weights.findIndex((weight) => {
      rest -= weight;
      return rest < 0;
    });
  };
}
