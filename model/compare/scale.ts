/** A smaller increase of the share of errors is never a regression: 0.1 percentage points. */
const LEAST_ERRORS = 0.001;
/** The increase of the share of errors that a comparison must be able to show: one percentage point. */
const SHOWN_ERRORS = 0.01;

/** How the changes of a metric are told and limited. A change is a difference of logarithms, or of shares. */
export type Scale = {
  /** A change in proportion to the baseline, or the difference of shares. */
  amount: (change: number) => number;
  format: (change: number) => string;
  /** The greatest amount that is no regression. */
  tolerated: number;
  /** The greatest noise of a change that still shows a regression of the limit. */
  mostNoise: number;
  /** The limit that so much noise would still show; Infinity for none. */
  limitFor: (noise: number) => number;
};

/** The scale of metrics that are compared by ratio, on which doubling and halving are equally far from no change. */
export function ratioScale(limit: number, worse: 'Higher' | 'Lower'): Scale {
  const sign = worse === 'Higher' ? 1 : -1;
  return {
    amount: Math.expm1,
    format: (change) => changeText(Math.expm1(change), '%'),
    tolerated: limit,
    mostNoise: sign * Math.log1p(Math.max(-1, sign * limit)),
    limitFor: (noise) => sign * Math.expm1(sign * noise),
  };
}

/** The scale of shares, which are compared by difference; `baseline` is the share that the limit is relative to. */
export function shareScale(limit: number, baseline: number): Scale {
  return {
    amount: (change) => change,
    format: (change) => changeText(change, ' points'),
    tolerated: Math.max(LEAST_ERRORS, limit * baseline),
    mostNoise: Math.max(SHOWN_ERRORS, limit * baseline),
    limitFor: (noise) => noise / baseline,
  };
}

/** "+12%", or for a difference of shares "+0.4 points". A change beyond tenfold is noise and needs no digits. */
export function changeText(value: number, unit: string): string {
  if (value > 10) return 'over +1000%';
  const amount = Number((Math.abs(value) * 100).toPrecision(3));
  const rounded = amount < 0.01 ? 0 : amount;
  return `${value < 0 ? '-' : '+'}${rounded}${unit}`;
}
