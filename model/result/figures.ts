import type { Times } from '../../api/status/fields/times.ts';
import type { Histogram } from '../measure/histogram.ts';
import type { Times as TimesOf } from '../measure/snapshot.ts';
import type { Summary } from '../measure/summary.ts';
import { percentileOf } from '../metrics/statistic-range.ts';

/** The statistics of a distribution of times that a result has, in the order of its columns. */
export const STATISTICS = ['min', 'mean', 'p50', 'p90', 'p95', 'p99', 'p999', 'max'] as const satisfies (keyof Times)[];

export type TimesUs = Record<keyof Times, number>;

/** The measured part of a status as numbers: rates per second, shares from 0 to 1, times in microseconds. */
export type ResultFigures = {
  /** `target` is the mean rate of an open schedule. */
  rate: { target: number | undefined; achieved: number } | undefined;
  errorShare: number | undefined;
  responseTimeUs: TimesUs | undefined;
  firstByteUs: TimesUs | undefined;
  serviceTimeUs: TimesUs | undefined;
  generator: GeneratorFigures | undefined;
};

/** The names of the figures that are times. */
export type TimeFigure = `${keyof TimesOf<unknown>}Us`;

export type GeneratorFigures = {
  saturated: boolean;
  pacingLagP99Us: number | undefined;
  /** Cores in use. */
  cpu: number;
  /** The share of time in which the CPU limit stopped a runner; undefined without a limit. */
  throttled: number | undefined;
  gcPauseMaxUs: number | undefined;
  /** The share of time that garbage collection took. */
  gcShare: number | undefined;
};

/** The figures of a measurement, as exact as its histograms. */
export function figuresOf(summary: Summary, saturated: boolean): ResultFigures {
  const { rate, pacingLag, cpu, throttled, gc } = summary;
  return {
    rate: { target: rate.target, achieved: rate.achieved },
    errorShare: summary.errorShare,
    ...allTimesUs(summary),
    generator: {
      saturated,
      pacingLagP99Us: pacingLag.valueAtPercentile(99),
      cpu,
      throttled,
      gcPauseMaxUs: gc?.maxUs,
      gcShare: gc?.share,
    },
  };
}

/** The statistics of all times. */
export function allTimesUs(times: TimesOf<Histogram>): Pick<ResultFigures, TimeFigure> {
  const { responseTime, firstByte, serviceTime } = times;
  return {
    responseTimeUs: timesUs(responseTime),
    firstByteUs: timesUs(firstByte),
    serviceTimeUs: timesUs(serviceTime),
  };
}

/** The statistics of a histogram of microseconds; undefined when it is empty. */
export function timesUs(histogram: Histogram): TimesUs | undefined {
  const { min, mean, max } = histogram;
  if (min === undefined || mean === undefined || max === undefined) return undefined;
  const at = (name: keyof Times) => histogram.valueAtPercentile(percentileOf(name)) ?? max;
  return { min, mean, p50: at('p50'), p90: at('p90'), p95: at('p95'), p99: at('p99'), p999: at('p999'), max };
}
