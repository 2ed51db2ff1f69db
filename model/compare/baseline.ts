import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { Capacity } from '../../api/status/capacity.ts';
import type { CompareWith, Comparison } from '../../api/status/comparison.ts';
import { findCondition, isTrue } from '../../api/status/conditions.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { loadModelOf } from '../load/load-models.ts';
import { compareCapacities, type SearchRun } from './capacities.ts';
import { compareRuns, notComparable } from './comparison.ts';
import type { Run } from './interval-pairs.ts';
import { readIntervals } from './intervals.ts';

/** A LoadTest that may be a baseline; `spec` is absent when it is invalid. */
export type Found = { spec?: LoadTestSpec | undefined; status: LoadTestStatus };

/** The result of a comparison; `isAvailable` is false when the baseline prevents it. */
export type Compared = { comparison: Comparison; isAvailable: boolean };

/** The reason why a LoadTest cannot be a baseline; undefined when it can. */
export function baselineProblem(name: string, found: Found | undefined): string | undefined {
  const baseline = baselineOf(name, found);
  return 'problem' in baseline ? baseline.problem : undefined;
}

/** What can be compared of a run: what its search found, or the run in intervals. */
type Comparable = Run | SearchRun;

function baselineOf(name: string, found: Found | undefined): { run: Comparable } | { problem: string } {
  if (found?.spec === undefined) return { problem: `there is no LoadTest ${name}` };
  const { conditions, windows: columns, capacity } = found.status;
  const complete = findCondition(conditions, 'Complete');
  if (complete?.status !== 'True') return { problem: `${name} is not complete` };
  if (complete.reason !== 'Finished') return { problem: `${name} did not run to its end: ${complete.reason}` };
  if (isTrue(conditions, 'GeneratorSaturated')) return { problem: `the load generator was the limit of ${name}` };
  if (loadModelOf(found.spec.load).search !== undefined) {
    if (capacity === undefined) return { problem: `the status of ${name} has no capacity to compare with` };
    return { run: { spec: found.spec, capacity } };
  }
  const intervals = columns === undefined ? undefined : readIntervals(columns);
  return intervals === undefined
    ? { problem: `the status of ${name} has no intervals to compare with` }
    : { run: { spec: found.spec, intervals } };
}

const NO_INTERVALS = 'this test has no intervals to compare: every runner must run to its end and report its own';

/** A complete run: its intervals are undefined when they are incomplete, and what it found is undefined unless its load is a search. */
export type Ended = { spec: LoadTestSpec; intervals: Run['intervals'] | undefined; capacity: Capacity | undefined };

/** Compares a complete run with its baseline. */
export function compareWith(
  wanted: CompareWith,
  found: Found | undefined,
  { spec, intervals, capacity }: Ended,
): Compared {
  const baseline = baselineOf(wanted.name, found);
  if ('problem' in baseline) return { comparison: notComparable(wanted, baseline.problem), isAvailable: false };
  const before = baseline.run;
  if ('capacity' in before || capacity !== undefined) {
    const areSearches = 'capacity' in before && capacity !== undefined;
    const comparison = areSearches
      ? compareCapacities(before, { spec, capacity }, wanted)
      : notComparable(wanted, `load.type differs from that of ${wanted.name}`);
    return { comparison, isAvailable: true };
  }
  if (intervals === undefined) return { comparison: notComparable(wanted, NO_INTERVALS), isAvailable: true };
  return { comparison: compareRuns(before, { spec, intervals }, wanted), isAvailable: true };
}
