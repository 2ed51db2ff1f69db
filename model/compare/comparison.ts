import { share } from '../../api/common/quantity.ts';
import type { CompareWith, Comparison } from '../../api/status/comparison.ts';
import { COMPARED_METRICS, judgeMetric } from './compared-metric.ts';
import { gapsIn, pairsOf, type Run } from './interval-pairs.ts';
import { differenceOf } from './same-load.ts';
import { LEAST_PAIRS } from './signed-rank.ts';

/**
 * Holds `run` against `baseline`, window by window: each window of the one with that at the same place in the other, so that ramps and
 * steps of the load are alike in both. A metric has regressed when its typical change is for the worse by more than `maxRegression`,
 * and is a change with 99.5% confidence, by how much the windows differ; see docs/design/0034-comparison.md.
 */
export function compareRuns(baseline: Run, run: Run, { name, maxRegression }: CompareWith): Comparison {
  const difference = differenceOf(baseline.spec, run.spec);
  if (difference !== undefined)
    return notComparable({ name, maxRegression }, `${difference} differs from that of ${name}`);
  const pairs = pairsOf(baseline, run);
  if (pairs.length < LEAST_PAIRS) {
    const have = `only ${pairs.length} windows after the warm-up can be held against those of ${name}`;
    const gaps = [gapText('this test', run), gapText(name, baseline)].filter(Boolean).join(', ');
    const why = gaps === '' ? 'a longer run has more' : gaps;
    return notComparable({ name, maxRegression }, `${have}, ${LEAST_PAIRS} are needed: ${why}`);
  }
  const judged = COMPARED_METRICS.map((metric) => judgeMetric(metric, pairs, { name, limit: share(maxRegression) }));
  const regressions = judged.flatMap(({ problem }) => problem ?? []);
  const improved = judged.filter((j) => j.improved).map((j) => j.compared.metric);
  const metrics = judged.map(({ compared }) => compared);
  const response = { baseline: name, maxRegression, metrics };
  if (judged.every(({ compared }) => compared.change === undefined))
    return notComparable({ name, maxRegression }, `nothing could be measured in both this test and ${name}`);
  if (regressions.length > 0) return { ...response, result: 'Regressed', message: regressions.join(', ') };
  if (improved.length > 0)
    return { ...response, result: 'Improved', message: `better than ${name}: ${improved.join(', ')}` };
  return { ...response, result: 'Unchanged', message: `unchanged from ${name}` };
}

function gapText(whose: string, run: Run): string {
  const gaps = gapsIn(run);
  return gaps === 0
    ? ''
    : `${gaps} of ${whose} ${gaps === 1 ? 'is' : 'are'} too wide, as runners told nothing for long`;
}

/** The answer that there is none, and why. */
export function notComparable(
  { name, maxRegression }: CompareWith,
  message: string,
): Comparison & { result: 'NotComparable' } {
  return { baseline: name, maxRegression, result: 'NotComparable', message, metrics: [] };
}
