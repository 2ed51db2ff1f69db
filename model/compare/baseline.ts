import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { CompareWith, Comparison } from '../../api/status/comparison.ts';
import { findCondition, isTrue } from '../../api/status/conditions.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { compareRuns, notComparable } from './comparison.ts';
import type { Run } from './interval-pairs.ts';
import { readIntervals } from './intervals.ts';

/** A LoadTest as far as it is a baseline; without a spec, that is not valid. */
export type Found = { spec?: LoadTestSpec | undefined; status: LoadTestStatus };

/** What a comparison says; `isAvailable` is false when it is the baseline that is to blame that it says nothing. */
export type Compared = { comparison: Comparison; isAvailable: boolean };

/** Why a LoadTest is no baseline; undefined when it is one. */
export function baselineProblem(name: string, found: Found | undefined): string | undefined {
  const baseline = baselineOf(name, found);
  return 'problem' in baseline ? baseline.problem : undefined;
}

function baselineOf(name: string, found: Found | undefined): { run: Run } | { problem: string } {
  if (found?.spec === undefined) return { problem: `there is no LoadTest ${name}` };
  const { conditions, windows: columns } = found.status;
  const complete = findCondition(conditions, 'Complete');
  if (complete?.status !== 'True') return { problem: `${name} is not complete` };
  if (complete.reason !== 'Finished') return { problem: `${name} did not run to its end: ${complete.reason}` };
  if (isTrue(conditions, 'GeneratorSaturated')) return { problem: `of ${name}, the load generator was the limit` };
  const windows = columns === undefined ? undefined : readIntervals(columns);
  return windows === undefined
    ? { problem: `${name} has no windows in its status to compare with` }
    : { run: { spec: found.spec, windows } };
}

const NO_INTERVALS = 'this test has no windows to compare: every runner must run to its end and tell its own';

/** Holds a run that came to its end against its baseline; `run.windows` is undefined when they are not known for all of it. */
export function compareWith(
  wanted: CompareWith,
  found: Found | undefined,
  run: { spec: LoadTestSpec; windows: Run['windows'] | undefined },
): Compared {
  const baseline = baselineOf(wanted.name, found);
  if ('problem' in baseline) return { comparison: notComparable(wanted, baseline.problem), isAvailable: false };
  const { spec, windows } = run;
  if (windows === undefined) return { comparison: notComparable(wanted, NO_INTERVALS), isAvailable: true };
  return { comparison: compareRuns(baseline.run, { spec, windows }, wanted), isAvailable: true };
}
