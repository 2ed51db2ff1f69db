import { formatMetric, unitOf } from '../../api/loadtest/metrics.ts';
import type { ComparedMetric, Compared as ComparedName, ComparisonResult } from '../../api/status/comparison.ts';
import type { Runs } from './interval-pairs.ts';
import { COMPARED_PERCENTILES } from './intervals.ts';
import { ratioScale, type Scale, shareScale } from './scale.ts';
import { type Estimate, noiseOf } from './statistics/estimate.ts';
import type { Location } from './statistics/signed-rank.ts';
import { typicalChange } from './typical-change.ts';
import { errorsChange, percentileChange, rateChange } from './whole-run.ts';

/** A metric of thresholds that a comparison judges. `estimates`: its change in different ways; undefined where there is nothing to measure. */
type Metric = {
  name: ComparedName;
  estimates: (runs: Runs) => (Estimate | undefined)[];
  worse: 'Higher' | 'Lower';
};

export const COMPARED_METRICS: readonly Metric[] = [
  ...COMPARED_PERCENTILES.map(
    (p): Metric => ({
      name: `responseTime.p${p}`,
      estimates: (runs) => [
        percentileChange(p, runs),
        typicalChange(runs.pairs, {
          value: (interval) => interval[`p${p}`] || Number.POSITIVE_INFINITY,
          count: (interval) => interval.timed,
        }),
      ],
      worse: 'Higher',
    }),
  ),
  {
    name: 'rate',
    estimates: ({ pairs }) => [
      rateChange(pairs),
      typicalChange(pairs, {
        value: (interval) => interval.done / interval.seconds,
        count: (interval) => interval.done,
      }),
    ],
    worse: 'Lower',
  },
  { name: 'errors', estimates: (runs) => [errorsChange(runs)], worse: 'Higher' },
];

/** The judgement of one metric. `problem`: it has regressed. `noise`: it is too noisy to judge. */
export type Judged = { compared: ComparedMetric; problem?: string; noise?: Noise };

/**
 * The range of a noisy metric as a text, and what would show a change of the limit: a run so many times as long, as noise shrinks with the
 * square root of the length, or another limit, a share. Either is Infinity where none would.
 */
export type Noise = { text: string; timesAsLong: number; limit: number };

/** Compares one metric with its baseline; `limit` is a share. Of several estimates the least noisy one counts. */
export function judgeMetric(metric: Metric, runs: Runs, { name, limit }: { name: string; limit: number }): Judged {
  const known = metric.estimates(runs).filter((estimate) => estimate !== undefined);
  const [estimate] = known.sort((a, b) => noiseOf(a.change) - noiseOf(b.change));
  if (estimate === undefined) return { compared: { metric: metric.name, result: 'NotComparable' } };
  const scale = scaleOf(metric, estimate, limit);
  const { change } = estimate;
  const [baseline, observed] = [estimate.before, estimate.after].map((value) => textOf(metric.name, value));
  const compared = {
    metric: metric.name,
    ...(baseline !== undefined && { baseline }),
    ...(observed !== undefined && { observed }),
    change: scale.format(change.estimate),
    range: `${scale.format(change.low)} to ${scale.format(change.high)}`,
  };
  const result = resultOf(change, scale, metric.worse);
  if (result === 'TooNoisy') {
    const noise = noiseIn(`${metric.name} ${compared.range}`, change, scale);
    return { compared: { ...compared, result }, noise };
  }
  if (result !== 'Regressed') return { compared: { ...compared, result } };
  const difference = `${compared.change.replace(/[-+]/, '')} ${metric.worse === 'Higher' ? 'above' : 'below'}`;
  const problem = `${metric.name} ${observed ?? 'without a response'} is ${difference} ${baseline} of ${name}`;
  return { compared: { ...compared, result }, problem };
}

/**
 * A change counts when it exceeds the limit, and its range does not contain 0. It is certain that there is none when a change of the limit
 * would have been seen, or the range contains no regression of the limit.
 */
function resultOf(change: Location, scale: Scale, worse: Metric['worse']): ComparisonResult {
  const exceeds = Math.abs(scale.amount(change.estimate)) > scale.tolerated;
  const direction = change.low > 0 ? 'Higher' : change.high < 0 ? 'Lower' : undefined;
  if (exceeds && direction === worse) return 'Regressed';
  const worst = worse === 'Higher' ? change.high : -change.low;
  if (Math.min(noiseOf(change), worst) > scale.mostNoise) return 'TooNoisy';
  return exceeds && direction !== undefined ? 'Improved' : 'Unchanged';
}

function noiseIn(text: string, change: Location, scale: Scale): Noise {
  const noise = noiseOf(change);
  return { text, timesAsLong: (noise / scale.mostNoise) ** 2, limit: scale.limitFor(noise) };
}

function scaleOf(metric: Metric, { before }: Estimate, limit: number): Scale {
  return unitOf(metric.name) === 'percent' ? shareScale(limit, before) : ratioScale(limit, metric.worse);
}

/** A value as text; undefined for the typical time of a run in which most intervals have no response. */
function textOf(metric: ComparedName, value: number): string | undefined {
  return Number.isFinite(value) ? formatMetric(metric, value) : undefined;
}
