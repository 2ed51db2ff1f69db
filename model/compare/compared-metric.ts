import { formatMetric, type MetricName, unitOf } from '../../api/loadtest/metrics.ts';
import type { ComparedMetric } from '../../api/status/comparison.ts';
import type { Interval, Pair } from './interval-pairs.ts';
import { LEAST_PAIRS, type Location, locationOf, median } from './signed-rank.ts';

/** A smaller increase of the share of errors is never a regression: 0.1 percentage points. */
const LEAST_ERRORS = 0.001;

/** A metric of thresholds that a comparison judges. `of`: its value in an interval; undefined when there is none. */
type Metric = {
  name: MetricName;
  of: (interval: Interval) => number | undefined;
  worse: 'Higher' | 'Lower';
};

export const COMPARED_METRICS: readonly Metric[] = [
  ...(['p50', 'p95', 'p99'] as const).map(
    (p): Metric => ({
      name: `responseTime.${p}`,
      of: (interval) => interval[p] || undefined,
      worse: 'Higher',
    }),
  ),
  { name: 'rate', of: (interval) => interval.done / interval.seconds || undefined, worse: 'Lower' },
  {
    name: 'errors',
    of: (interval) => (interval.ended === 0 ? undefined : interval.errors / interval.ended),
    worse: 'Higher',
  },
];

/** The judgement of one metric; `problem` is set when it has regressed. */
type Judged = { compared: ComparedMetric; problem?: string; improved?: boolean };

/** Compares one metric of `pairs` with its baseline; `limit` is a share. */
export function judgeMetric(
  metric: Metric,
  pairs: readonly Pair[],
  { name, limit }: { name: string; limit: number },
): Judged {
  const values = pairs.flatMap(({ before, after }) => {
    const [b, a] = [metric.of(before), metric.of(after)];
    return b === undefined || a === undefined ? [] : [{ b, a }];
  });
  if (values.length < LEAST_PAIRS) return { compared: { metric: metric.name, regressed: false } };
  // Shares are compared by difference, other metrics by ratio.
  const isRatio = unitOf(metric.name) !== 'percent';
  const baseline = isRatio ? medianOf(values.map((v) => v.b)) : errorsIn(pairs.map((p) => p.before));
  const observed = isRatio ? medianOf(values.map((v) => v.a)) : errorsIn(pairs.map((p) => p.after));
  const change = changeOf(values, isRatio);
  const allowed = isRatio ? limit : Math.max(LEAST_ERRORS, limit * baseline);
  const upwards = change.low > 0 && change.estimate > allowed;
  const downwards = change.high < 0 && -change.estimate > allowed;
  const regressed = metric.worse === 'Higher' ? upwards : downwards;
  const texts = { baseline: formatMetric(metric.name, baseline), observed: formatMetric(metric.name, observed) };
  const format = (value: number) => formatChange(value, isRatio);
  const compared = {
    metric: metric.name,
    ...texts,
    change: format(change.estimate),
    range: `${format(change.low)} to ${format(change.high)}`,
    regressed,
  };
  if (!regressed) return { compared, improved: metric.worse === 'Higher' ? downwards : upwards };
  const direction = upwards ? 'above' : 'below';
  const amount = format(change.estimate).slice(1);
  return {
    compared,
    problem: `${metric.name} ${texts.observed} is ${amount} ${direction} ${texts.baseline} of ${name}`,
  };
}

/** The typical change of the pairs. Ratios are compared by their logarithms, so that doubling and halving are equally far from no change. */
function changeOf(values: readonly { b: number; a: number }[], isRatio: boolean): Location {
  if (!isRatio) return locationOf(values.map(({ b, a }) => a - b));
  const { estimate, low, high } = locationOf(values.map(({ b, a }) => Math.log(a / b)));
  return { estimate: Math.expm1(estimate), low: Math.expm1(low), high: Math.expm1(high) };
}

function medianOf(values: readonly number[]): number {
  return median(values.toSorted((a, b) => a - b));
}

function errorsIn(intervals: readonly Interval[]): number {
  const sum = (key: 'errors' | 'ended') => intervals.reduce((total, interval) => total + interval[key], 0);
  return sum('ended') === 0 ? 0 : sum('errors') / sum('ended');
}

/** "+12%", or for a difference of shares "+0.4 points". A change beyond tenfold is noise and needs no digits. */
function formatChange(value: number, isRatio: boolean): string {
  if (value > 10) return 'over +1000%';
  const amount = Number((Math.abs(value) * 100).toPrecision(3));
  const rounded = amount < 0.01 ? 0 : amount;
  return `${value < 0 ? '-' : '+'}${rounded}${isRatio ? '%' : ' points'}`;
}
