import { share } from '../../api/common/quantity.ts';
import type { CompareWith, Comparison } from '../../api/status/comparison.ts';
import { COMPARED_METRICS, judgeMetric } from './compared-metric.ts';
import { gapsIn, pairsOf, type Run } from './interval-pairs.ts';
import { differenceOf } from './same-load.ts';
import { LEAST_PAIRS } from './signed-rank.ts';

/**
 * Compares `run` with `baseline`, interval by interval: each with the one at the same position of the other run, so that both have the same
 * load. A metric has regressed when its typical change exceeds `maxRegression` in the worse direction, and the differences between the
 * intervals show a change with 99.5% confidence; see docs/design/0034-comparison.md.
 */
export function compareRuns(baseline: Run, run: Run, { name, maxRegression }: CompareWith): Comparison {
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
  const judged = COMPARED_METRICS.map((metric) => judgeMetric(metric, pairs, { name, limit: share(maxRegression) }));
  const regressions = judged.flatMap(({ problem }) => problem ?? []);
  const improved = judged.filter((j) => j.improved).map((j) => j.compared.metric);
  const metrics = judged.map(({ compared }) => compared);
  const result = { baseline: name, maxRegression, metrics };
  if (judged.every(({ compared }) => compared.change === undefined))
    return notComparable({ name, maxRegression }, `nothing could be measured in both this test and ${name}`);
  if (regressions.length > 0) return { ...result, result: 'Regressed', message: regressions.join(', ') };
  if (improved.length > 0)
    return { ...result, result: 'Improved', message: `better than ${name}: ${improved.join(', ')}` };
  return { ...result, result: 'Unchanged', message: `unchanged from ${name}` };
}

function gapText(whose: string, run: Run): string {
  const gaps = gapsIn(run);
  return gaps === 0 ? '' : `${gaps} of ${whose} ${gaps === 1 ? 'is' : 'are'} too long because runners sent no updates`;
}

/** The result of a comparison that is not possible; `message` has the reason. */
export function notComparable(
  { name, maxRegression }: CompareWith,
  message: string,
): Comparison & { result: 'NotComparable' } {
  return { baseline: name, maxRegression, result: 'NotComparable', message, metrics: [] };
}
