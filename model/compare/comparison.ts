import { share } from '../../api/common/quantity.ts';
import type { CompareWith, Comparison, ComparisonResult } from '../../api/status/comparison.ts';
import { COMPARED_METRICS, type Judged, judgeMetric } from './compared-metric.ts';
import { gapsIn, lengthMsOf, pairsOf, type Run } from './interval-pairs.ts';
import { differenceOf } from './same-load.ts';
import { LEAST_PAIRS } from './statistics/signed-rank.ts';
import { tooNoisyMessage } from './too-noisy.ts';

/**
 * Compares `run` with `baseline`. A metric has regressed when its change exceeds `maxRegression` in the worse direction, and no change is
 * outside of the range in which the change lies with 99% confidence. It is unchanged only if this range is so narrow that a change of
 * `maxRegression` would have been seen; see docs/design/0034-comparison.md.
 */
export function compareRuns(baseline: Run, run: Run, { name, maxRegression, metrics }: CompareWith): Comparison {
  const difference = differenceOf(baseline.spec, run.spec);
  if (difference !== undefined)
    return notComparable({ name, maxRegression }, `${difference} differs from that of ${name}`);
  const pairs = pairsOf(baseline, run);
  if (pairs.length < LEAST_PAIRS) {
    const have = `only ${pairs.length} intervals after the warm-up can be compared with those of ${name}`;
    const gaps = [gapText('this test', run), gapText(name, baseline)].filter(Boolean).join(', ');
    const reason = gaps === '' ? 'a longer run has more' : gaps;
    return notComparable({ name, maxRegression }, `${have}, ${LEAST_PAIRS} are needed: ${reason}`);
  }
  const runs = { before: baseline, after: run, pairs };
  const compared = COMPARED_METRICS.filter((metric) => metrics?.includes(metric.name) ?? true);
  const judged = compared.map((metric) => judgeMetric(metric, runs, { name, limit: share(maxRegression) }));
  return resultOf(judged, run, { name, maxRegression });
}

function resultOf(
  judged: readonly Judged[],
  run: Run,
  { name, maxRegression }: Omit<CompareWith, 'metrics'>,
): Comparison {
  const metrics = judged.map(({ compared }) => compared);
  const of = (result: ComparisonResult) => metrics.filter((m) => m.result === result).map(({ metric }) => metric);
  const result = (result: ComparisonResult, message: string): Comparison => ({
    ...{ baseline: name, maxRegression, result, message, metrics },
  });
  if (of('NotComparable').length === metrics.length)
    return notComparable({ name, maxRegression }, `nothing could be measured in both this test and ${name}`);
  const regressions = judged.flatMap(({ problem }) => problem ?? []);
  if (regressions.length > 0) return result('Regressed', regressions.join(', '));
  const noises = judged.flatMap(({ noise }) => noise ?? []);
  if (noises.length > 0) return result('TooNoisy', tooNoisyMessage(noises, maxRegression, lengthMsOf(run)));
  const improved = of('Improved');
  return improved.length > 0
    ? result('Improved', `better than ${name}: ${improved.join(', ')}`)
    : result('Unchanged', `unchanged from ${name}`);
}

function gapText(whose: string, run: Run): string {
  const gaps = gapsIn(run);
  return gaps === 0 ? '' : `${gaps} of ${whose} ${gaps === 1 ? 'is' : 'are'} too long because runners sent no updates`;
}

/** The result of a comparison that is not possible; `message` has the reason. */
export function notComparable(
  { name, maxRegression }: Pick<CompareWith, 'name' | 'maxRegression'>,
  message: string,
): Comparison & { result: 'NotComparable' } {
  return { baseline: name, maxRegression, result: 'NotComparable', message, metrics: [] };
}
