import { share } from '../../api/common/quantity.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { Capacity } from '../../api/status/capacity.ts';
import {
  CAPACITY_METRIC,
  type ComparedMetric,
  type CompareWith,
  type Comparison,
  type ComparisonResult,
} from '../../api/status/comparison.ts';
import { rateText } from '../common/rate-text.ts';
import { notComparable } from './comparison.ts';
import { differenceOf } from './same-load.ts';
import { changeText } from './scale.ts';

/** A search that has ended, and what it found. */
export type SearchRun = { spec: LoadTestSpec; capacity: Capacity };

/** The rates between which the capacity is for sure, arrivals per second. */
type Bracket = { low: number; high: number };

/**
 * Compares what a search found with what that of the baseline found. The capacity has regressed when it is lower by more than `maxRegression`
 * and the two brackets have no rate in common. It is unchanged only if both brackets are so narrow that such a change would have shown.
 */
export function compareCapacities(
  before: SearchRun,
  after: SearchRun,
  wanted: Pick<CompareWith, 'name' | 'maxRegression'>,
): Comparison {
  const { name, maxRegression } = wanted;
  const difference = differenceOf(before.spec, after.spec);
  if (difference !== undefined) return notComparable(wanted, `${difference} differs from that of ${name}`);
  const irregular = irregularText(name, before.capacity, after.capacity);
  const [theirs, ours] = [bracketOf(before.capacity), bracketOf(after.capacity)];
  const limit = share(maxRegression);
  const result = resultOf(theirs, ours, { limit, change: changeOf(before.capacity, after.capacity) });
  if (irregular !== undefined && (result === 'Unchanged' || result === 'TooNoisy' || areBothIrregular(before, after)))
    return notComparable(wanted, irregular);
  const metric = comparedMetric(before.capacity, after.capacity, { theirs, ours, result });
  return { baseline: name, maxRegression, result, message: messageOf(metric, wanted), metrics: [metric] };
}

/** A search without a bound leaves that side open. */
function bracketOf({ low = 0, high = Number.POSITIVE_INFINITY }: Capacity): Bracket {
  return { low, high };
}

function areBothIrregular(before: SearchRun, after: SearchRun): boolean {
  return before.capacity.regular !== true && after.capacity.regular !== true;
}

/** Which search did not end with a bracket as narrow as asked, and why. */
function irregularText(name: string, before: Capacity, after: Capacity): string | undefined {
  const of = (whose: string, { regular, reason }: Capacity) =>
    regular === true ? [] : `the capacity of ${whose} is not certain: ${reason ?? 'Unfinished'}`;
  const texts = [of('this test', after), of(name, before)].flat();
  return texts.length === 0 ? undefined : texts.join(', ');
}

/** The relative change of the capacity; undefined where one is not known. */
function changeOf({ rate: before }: Capacity, { rate: after }: Capacity): number | undefined {
  return before === undefined || after === undefined || before === 0 ? undefined : after / before - 1;
}

function resultOf(
  before: Bracket,
  after: Bracket,
  { limit, change }: { limit: number; change: number | undefined },
): ComparisonResult {
  if (after.high <= before.low && (change ?? after.high / before.low - 1) < -limit) return 'Regressed';
  if (after.low >= before.high && (change ?? after.low / before.high - 1) > limit) return 'Improved';
  // A capacity that is lower by the limit has a bracket that is lower by it: it must not reach the other one.
  const hides = ({ low, high }: Bracket) => high * (1 - limit) > low;
  return hides(before) || hides(after) ? 'TooNoisy' : 'Unchanged';
}

function comparedMetric(
  before: Capacity,
  after: Capacity,
  { theirs, ours, result }: { theirs: Bracket; ours: Bracket; result: ComparisonResult },
): ComparedMetric {
  const change = changeOf(before, after);
  const [least, most] = [ours.low / theirs.high - 1, ours.high / theirs.low - 1];
  const isBounded = Number.isFinite(least) && Number.isFinite(most);
  return {
    metric: CAPACITY_METRIC,
    ...(before.rate !== undefined && { baseline: rateText(before.rate) }),
    ...(after.rate !== undefined && { observed: rateText(after.rate) }),
    ...(change !== undefined && { change: changeText(change, '%') }),
    ...(isBounded && { range: `${changeText(least, '%')} to ${changeText(most, '%')}` }),
    result,
  };
}

function messageOf(
  { baseline = 'no rate', observed = 'no rate', change, range, result }: ComparedMetric,
  { name, maxRegression }: Pick<CompareWith, 'name' | 'maxRegression'>,
): string {
  const figures = [change, range && `(${range})`].filter(Boolean).join(' ');
  const carried = `${observed} after ${baseline}${figures === '' ? '' : `, ${figures}`}`;
  if (result === 'Regressed') return `the capacity is worse than that of ${name}: ${carried}`;
  if (result === 'Improved') return `the capacity is better than that of ${name}: ${carried}`;
  if (result === 'TooNoisy')
    return `the brackets are too wide to tell ${maxRegression}: ${carried}; a smaller precision would tell`;
  return `the capacity is unchanged from ${name}: ${carried}`;
}
