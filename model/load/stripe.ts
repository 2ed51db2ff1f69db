/** A part of a numbered whole: every number n with n mod `count` = `index`. */
export type Stripe = { index: number; count: number };

/** The part `inner` of the part `outer`: every `inner.count`-th number of `outer`. */
export function partOf(outer: Stripe, inner: Stripe): Stripe {
  return { index: outer.index + outer.count * inner.index, count: outer.count * inner.count };
}

/** The share of `total` for one of `count`: as equal as whole numbers can be, and all shares add up to `total`. */
export function shareOf(total: number, { index, count }: Stripe): number {
  return Math.floor(total / count) + (index < total % count ? 1 : 0);
}

/** The number at a place of a stripe: the place counts the numbers of the stripe from 0. */
export function numberAt({ index, count }: Stripe, place: number): number {
  return index + count * place;
}

/** The place of a number in its stripe. */
export function placeIn({ index, count }: Stripe, number: number): number {
  return (number - index) / count;
}
