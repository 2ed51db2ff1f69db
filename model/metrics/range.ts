/** What a run can tell of a figure: it lies between these two, both included. */
export type Range = { readonly low: number; readonly high: number };

/**
 * A metric as far as a run knows it. Two things make it uncertain: the generator's own part of the measurement, and requests that the end of
 * the load cut off. `measured` contains the own part, `withoutGenerator` does not; each spans what the cut-off requests could have become.
 */
export type MetricRange = Range & {
  /** The value for people: as measured, with the requests that were cut off as they were at that moment. */
  readonly observed: number;
  readonly measured: Range;
  readonly withoutGenerator: Range;
};

export function uncertain(observed: number, measured: Range, withoutGenerator: Range = measured): MetricRange {
  return {
    low: Math.min(measured.low, withoutGenerator.low),
    high: Math.max(measured.high, withoutGenerator.high),
    observed,
    measured,
    withoutGenerator,
  };
}

/** How a range meets a limit: `Unknown` when the limit lies within it. */
export type Meets = 'Holds' | 'Broken' | 'Unknown';

export function meetsMax({ low, high }: Range, max: number): Meets {
  if (high <= max) return 'Holds';
  return low > max ? 'Broken' : 'Unknown';
}

export function meetsMin({ low, high }: Range, min: number): Meets {
  if (low >= min) return 'Holds';
  return high < min ? 'Broken' : 'Unknown';
}
