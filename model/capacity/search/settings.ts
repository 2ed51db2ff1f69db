import { limitedMetric, limitValue, parseMetric, unitOf } from '../../../api/loadtest/metrics.ts';
import { type AppliedThreshold, type Threshold, thresholdsOf } from '../../../api/loadtest/threshold.ts';
import type { RateSearch } from '../../load/load-model.ts';
import { percentileOf } from '../../metrics/statistic-range.ts';

/** What the search knows of its spec. */
export type SearchSettings = Omit<RateSearch, 'trialSeconds' | 'loadOfTrial'> & {
  /** The length of a trial at a rate. */
  secondsAt: (rate: number) => number;
  thresholds: readonly AppliedThreshold[];
};

/** The requests that a trial is to have beyond the strictest threshold: fewer say little of how many there are. */
const SAMPLES_BEYOND = 10;
const LEAST_SECONDS = 5;
/** A trial at a low rate cannot wait for ten requests beyond p999; repeated trials make up for it. */
const MOST_SECONDS = 60;

/** The settings of a search for the rate that the thresholds of its test allow. */
export function searchSettings(
  { trialSeconds, loadOfTrial: _, ...search }: RateSearch,
  spec: { thresholds?: readonly Threshold[] | undefined },
): SearchSettings {
  const thresholds = thresholdsOf(spec);
  const beyond = strictestShare(thresholds);
  const needed = (rate: number) => Math.ceil(SAMPLES_BEYOND / (beyond * rate));
  const secondsAt = (rate: number) => trialSeconds ?? Math.min(MOST_SECONDS, Math.max(LEAST_SECONDS, needed(rate)));
  return { ...search, secondsAt, thresholds };
}

/** The smallest share of the requests that a threshold allows to be beyond its limit, and that is not 0: 0.01 for p99, and for errors at most 1%. */
function strictestShare(thresholds: readonly Threshold[]): number {
  const shares = thresholds.map(allowedShare).filter((allowed) => allowed > 0 && allowed < 1);
  return Math.min(0.5, ...shares);
}

/** 0 where the threshold allows none, or says nothing of a share. */
function allowedShare(threshold: Threshold): number {
  const metric = limitedMetric(threshold);
  const { detail } = parseMetric(metric);
  if (unitOf(metric) === 'duration') return /^p\d/.test(detail) ? shareBeyond(percentileOf(detail)) : 0;
  return unitOf(metric) === 'percent' && threshold.max !== undefined ? limitValue(metric, threshold.max) : 0;
}

/** 0.001 for 99.9: percentiles have five decimals, and a difference of binary fractions has more. */
function shareBeyond(percentile: number): number {
  return Math.round((100 - percentile) * 1e5) / 1e7;
}
