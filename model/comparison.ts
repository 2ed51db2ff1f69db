import type { ComparedMetric, CompareWith, Comparison } from '../api/comparison.ts';
import { microseconds } from '../api/duration.ts';
import type { LoadTestSpec } from '../api/loadtest.ts';
import { share } from '../api/quantity.ts';
import { formatMetric } from './metric.ts';
import { LEAST_PAIRS, type Middle, median, middleOf } from './signed-rank.ts';
import { loadLengthMs, type Windows } from './windows.ts';

/** A run as far as a comparison looks at it. */
export type Run = { spec: LoadTestSpec; windows: Windows };

/** What of a run, from its beginning, is not compared: connections open, caches fill, code is compiled. */
const WARM_UP = 0.1;
/** Errors that became more by less than this are no regression, however few there were: 0.1 points. */
const LEAST_ERRORS = 0.001;
/** A window this much longer than the others spans a time in which nobody listened. */
const TOO_WIDE = 2.5;

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
    return notComparable({ name, maxRegression }, `${have}, ${LEAST_PAIRS} are needed: a longer run has more`);
  }
  const judged = METRICS.map((metric) => judgeMetric(metric, pairs, { name, limit: share(maxRegression) }));
  const regressions = judged.flatMap(({ problem }) => problem ?? []);
  const improved = judged.filter((j) => j.improved).map((j) => j.compared.metric);
  const metrics = judged.map(({ compared }) => compared);
  const answer = { baseline: name, maxRegression, metrics };
  if (judged.every(({ compared }) => compared.change === undefined))
    return notComparable({ name, maxRegression }, `nothing could be measured in both this test and ${name}`);
  if (regressions.length > 0) return { ...answer, result: 'Regressed', message: regressions.join(', ') };
  if (improved.length > 0)
    return { ...answer, result: 'Improved', message: `better than ${name}: ${improved.join(', ')}` };
  return { ...answer, result: 'Unchanged', message: `unchanged from ${name}` };
}

/** The answer that there is none, and why. */
export function notComparable(
  { name, maxRegression }: CompareWith,
  message: string,
): Comparison & { result: 'NotComparable' } {
  return { baseline: name, maxRegression, result: 'NotComparable', message, metrics: [] };
}

/** What makes two specs two different loads, of which no metric says anything about the target; undefined when they are alike. */
export function differenceOf(a: LoadTestSpec, b: LoadTestSpec): string | undefined {
  const [ours, theirs] = [traitsOf(b), traitsOf(a)];
  return Object.keys(ours).find((trait) => JSON.stringify(ours[trait]) !== JSON.stringify(theirs[trait]));
}

/** What two tests must have in common. Where the load goes, who sends it, and what is expected of the answers may differ. */
function traitsOf({ load, requests, requestOrder }: LoadTestSpec): Record<string, unknown> {
  const { open, closed } = load;
  const per = microseconds(open?.per ?? '1s') / 1e6;
  return {
    'load.type': load.type,
    'load.open.stages': open?.stages.map((s) => [microseconds(s.duration), s.rate / per]),
    'load.open.startRate': open && (open.startRate ?? open.stages[0]!.rate) / per,
    'load.open.arrivals': open?.arrivals,
    'load.closed.users': closed?.users,
    'load.closed.thinkTime': closed && microseconds(closed.thinkTime),
    'load.closed.rampUp': closed && microseconds(closed.rampUp),
    'load.closed.duration': closed?.duration && microseconds(closed.duration),
    'load.closed.iterations': closed?.iterations,
    requestOrder,
    requests: requests.map((r) => [r.name, r.weight, r.method]),
  };
}

/** One window as plain figures; `from`, `to` are its place in the run, from 0 to 1. */
type Window = { from: number; to: number; seconds: number } & Record<Exclude<keyof Windows, 'end'>, number>;
type Pair = { before: Window; after: Window };

/** Windows at the same place of both runs; where the runs are cut differently, the one that holds the middle of the other's. */
function pairsOf(baseline: Run, run: Run): Pair[] {
  const [theirs, ours] = [windowsIn(baseline), windowsIn(run)];
  const at = (windows: readonly Window[], { from, to }: Window) =>
    windows.find((w) => w.from <= (from + to) / 2 && (from + to) / 2 < w.to);
  const pairs =
    theirs.length < ours.length
      ? theirs.map((before) => ({ before, after: at(ours, before) }))
      : ours.map((after) => ({ before: at(theirs, after), after }));
  return pairs.filter((p): p is Pair => p.before !== undefined && p.after !== undefined);
}

/** The windows of a run after its warm-up, and before what it waited for the last answers. */
function windowsIn({ spec, windows }: Run): Window[] {
  const lengthMs = loadLengthMs(spec) ?? windows.end.at(-1) ?? 0;
  const all = windows.end.map((end, i) => {
    const start = windows.end[i - 1] ?? 0;
    const { generated, done, errors, p50, p95, p99 } = windows;
    return {
      from: start / lengthMs,
      to: end / lengthMs,
      seconds: (end - start) / 1e3,
      ...{ generated: generated[i]!, done: done[i]!, errors: errors[i]!, p50: p50[i]!, p95: p95[i]!, p99: p99[i]! },
    };
  });
  if (all.length === 0) return [];
  const usual = median(all.map((w) => w.seconds).sort((a, b) => a - b));
  return all.filter((w) => w.from >= WARM_UP - 0.01 && (w.from + w.to) / 2 < 1 && w.seconds < usual * TOO_WIDE);
}

/** A metric in a window, undefined where there is nothing to measure; and how the change of it between two is told. */
type Metric = {
  name: string;
  of: (window: Window) => number | undefined;
  /** In proportion to the baseline, or as a difference. */
  change: 'Ratio' | 'Difference';
  worse: 'Higher' | 'Lower';
};

const METRICS: readonly Metric[] = [
  ...(['p50', 'p95', 'p99'] as const).map(
    (p): Metric => ({
      name: `responseTime.${p}`,
      of: (w) => w[p] || undefined,
      change: 'Ratio',
      worse: 'Higher',
    }),
  ),
  { name: 'rate', of: (w) => w.done / w.seconds || undefined, change: 'Ratio', worse: 'Lower' },
  {
    name: 'errors',
    of: (w) => (w.generated === 0 ? undefined : w.errors / w.generated),
    change: 'Difference',
    worse: 'Higher',
  },
];

type Judged = { compared: ComparedMetric; problem?: string; improved?: boolean };

function judgeMetric(metric: Metric, pairs: readonly Pair[], { name, limit }: { name: string; limit: number }): Judged {
  const values = pairs.flatMap(({ before, after }) => {
    const [b, a] = [metric.of(before), metric.of(after)];
    return b === undefined || a === undefined ? [] : [{ b, a }];
  });
  if (values.length < LEAST_PAIRS) return { compared: { metric: metric.name, regressed: false } };
  const isRatio = metric.change === 'Ratio';
  const baseline = isRatio ? middle(values.map((v) => v.b)) : errorsIn(pairs.map((p) => p.before));
  const observed = isRatio ? middle(values.map((v) => v.a)) : errorsIn(pairs.map((p) => p.after));
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

/** The middle of what changed in the pairs: of ratios by their logarithms, so that twice and half are equally far from the same. */
function changeOf(values: readonly { b: number; a: number }[], isRatio: boolean): Middle {
  if (!isRatio) return middleOf(values.map(({ b, a }) => a - b));
  const { estimate, low, high } = middleOf(values.map(({ b, a }) => Math.log(a / b)));
  return { estimate: Math.expm1(estimate), low: Math.expm1(low), high: Math.expm1(high) };
}

function middle(values: readonly number[]): number {
  return median(values.toSorted((a, b) => a - b));
}

function errorsIn(windows: readonly Window[]): number {
  const sum = (key: 'errors' | 'generated') => windows.reduce((total, w) => total + w[key], 0);
  return sum('generated') === 0 ? 0 : sum('errors') / sum('generated');
}

/** "+12%", or for a difference of shares "+0.4 points". Noise that has no bounds needs no digits. */
function formatChange(value: number, isRatio: boolean): string {
  if (value > 10) return 'over +1000%';
  const amount = Number((Math.abs(value) * 100).toPrecision(3));
  const rounded = amount < 0.01 ? 0 : amount;
  return `${value < 0 ? '-' : '+'}${rounded}${isRatio ? '%' : ' points'}`;
}
