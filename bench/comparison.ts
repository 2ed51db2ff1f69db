/**
 * How often a comparison calls two simulated runs regressed, too noisy, improved or unchanged, with `maxRegression: 10%`; the figures of
 * docs/notes/0034-comparison.md. Usage: node bench/comparison.ts [PAIRS], 500 by default, which take some minutes.
 */
import type { ComparisonResult } from '../api/status/comparison.ts';
import { compareRuns } from '../model/compare/comparison.ts';
import { type Service, simulate, specOf } from '../test/support/results/comparison-runs.ts';
import { table } from './statistics.ts';

const PAIRS = Number(process.argv[2] ?? 500);
const TEN_SECONDS = { ms: 20, perInterval: 30, intervals: 10, stepMs: 1000 };
const MINUTE = { ms: 20, perInterval: 90 };
const STABLE = { ...MINUTE, spread: 0.1 };
const FAST = { ms: 4, spread: 0.3 };
const CORRELATED = { intervalNoise: 0.05 };
const LONG_CORRELATED = { ...CORRELATED, persistence: 0.8 };
const NOISY = { perInterval: 300, runNoise: 0.02, intervalNoise: 0.05, pauses: 0.1, errors: 0.002 };

/** Two services; the second is as the first where it is left out. */
type Case = [title: string, before: Service, after?: Partial<Service>];
const CASES: Case[] = [
  ['10 s at 30/s, equal', TEN_SECONDS],
  ['10 s at 30/s, 20% slower', TEN_SECONDS, { ms: 24 }],
  ['10 s at 30/s, 27% slower', TEN_SECONDS, { ms: 25.4 }],
  ['a minute at 30/s, equal', MINUTE],
  ['a minute at 30/s, 20% slower', MINUTE, { ms: 24 }],
  ['a minute at 30/s, 27% slower', MINUTE, { ms: 25.4 }],
  ['10 s at 30/s, correlated intervals, equal', { ...TEN_SECONDS, ...CORRELATED }],
  ['10 s at 30/s, correlated intervals, 20% slower', { ...TEN_SECONDS, ...CORRELATED }, { ms: 24 }],
  ['a minute at 30/s, correlated intervals, equal', { ...MINUTE, ...CORRELATED }],
  ['a minute at 30/s, correlated intervals, 20% slower', { ...MINUTE, ...CORRELATED }, { ms: 24 }],
  ['a minute at 30/s, long correlation, equal', { ...MINUTE, ...LONG_CORRELATED }],
  ['a minute at 100/s, noise of all kinds, equal', { ...MINUTE, ...NOISY }],
  ['a minute at 100/s, noise of all kinds, 20% slower', { ...MINUTE, ...NOISY }, { ms: 24 }],
  ['10 s at 30/s, level differs by 5%, equal', { ...TEN_SECONDS, runNoise: 0.05 }],
  ['a minute at 30/s, level differs by 5%, equal', { ...MINUTE, runNoise: 0.05 }],
  ['10 s at 30/s, 2% of answers 15 ms slower', { ...TEN_SECONDS, ...FAST }, { slower: { share: 0.02, ms: 15 } }],
  ['a minute at 30/s, 2% of answers 15 ms slower', { ...MINUTE, ...FAST }, { slower: { share: 0.02, ms: 15 } }],
  ['a minute at 30/s, stable, equal', STABLE],
  ['a minute at 30/s, stable, 20% slower', STABLE, { ms: 24 }],
  ['a minute at 30/s, 1% errors, equal', { ...STABLE, errors: 0.01 }],
  ['a minute at 30/s, no errors, then 0.5%', STABLE, { errors: 0.005 }],
  ['a minute at 30/s, no errors, then 1%', STABLE, { errors: 0.01 }],
  ['a minute at 30/s, half of a tenth of the intervals fails, equal', { ...STABLE, outages: 0.1 }],
];

const RESULTS: ComparisonResult[] = ['Regressed', 'TooNoisy', 'Improved', 'Unchanged'];

function sharesOf(before: Service, after: Service): string[] {
  const { intervals = 20, stepMs = 3000 } = before;
  const spec = specOf({ type: 'Open', open: { stages: [{ duration: `${intervals * stepMs}ms`, rate: 30 }] } });
  const results = Array.from({ length: PAIRS }, (_, i) => {
    const runs = [simulate(before, 2 * i + 1), simulate(after, 2 * i + 2)].map((intervals) => ({ spec, intervals }));
    return compareRuns(runs[0]!, runs[1]!, { name: 'before', maxRegression: '10%' }).result;
  });
  return RESULTS.map((result) => `${((100 * results.filter((r) => r === result).length) / PAIRS).toFixed(1)}%`);
}

console.log(
  table(
    ['two runs', ...RESULTS],
    CASES.map(([title, before, change]) => [title, ...sharesOf(before, { ...before, ...change })]),
  ),
);
