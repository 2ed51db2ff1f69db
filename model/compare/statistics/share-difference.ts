import type { Share } from './dispersion.ts';
import type { Location } from './signed-rank.ts';

/** Halvings of an interval of length one: to 1e-12. */
const HALVINGS = 40;

/**
 * The difference of two shares, `a` minus `b`, with its range by Miettinen and Nurminen (Statistics in Medicine 4, 1985): the differences from
 * which the observed one is at most `errors` standard errors away. It holds for few events and for none.
 */
export function differenceOfShares(a: Share, b: Share, errors: number): Location {
  const estimate = a.events / a.of - b.events / b.of;
  const isWithin = (difference: number) =>
    Math.abs(estimate - difference) <= errors * standardErrorAt(difference, a, b);
  return { estimate, low: lastWithin(estimate, -1, isWithin), high: lastWithin(estimate, 1, isWithin) };
}

function lastWithin(from: number, to: number, isWithin: (difference: number) => boolean): number {
  let [within, beyond] = [from, to];
  if (isWithin(to)) return to;
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (within + beyond) / 2;
    if (isWithin(middle)) within = middle;
    else beyond = middle;
  }
  return within;
}

/** The standard error of the difference of the observed shares, if `difference` were the true one. */
function standardErrorAt(difference: number, a: Share, b: Share): number {
  const shareB = likeliestShare(difference, a, b);
  const shareA = shareB + difference;
  const variance = (shareA * (1 - shareA)) / a.of + (shareB * (1 - shareB)) / b.of;
  return Math.sqrt(Math.max(0, variance));
}

/** The share of `b` with the greatest likelihood, if that of `a` is greater by `difference`. The likelihood has one peak. */
function likeliestShare(difference: number, a: Share, b: Share): number {
  let [low, high] = [Math.max(0, -difference), Math.min(1, 1 - difference)];
  const slope = ({ events, of }: Share, share: number) => events / share - (of - events) / (1 - share);
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (slope(b, middle) + slope(a, middle + difference) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
