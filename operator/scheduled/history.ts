import { formatMicroseconds } from '../../api/common/duration.ts';
import { MAX_LOAD_TEST_NAME } from '../../api/common/names.ts';
import { metaTime } from '../../api/common/time.ts';
import { MAX_COMPARISON_MESSAGE, MAX_HISTORY, type PastRun } from '../../api/scheduled/history.ts';
import type { Capacity } from '../../api/status/capacity.ts';
import { findCondition } from '../../api/status/conditions.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { readIntervals } from '../../model/compare/intervals.ts';
import { percentileRange } from '../../model/compare/percentile-range.ts';
import type { ObjectMeta } from '../kube/types.ts';
import type { LoadTestResource } from '../loadtest/resources/loadtest-resource.ts';

/** The result of a run that its successor replaces before its end. */
export function replacedRun({ name }: ObjectMeta, nowMs: number): PastRun {
  return { name, passed: 'Unknown', reason: 'Replaced', completionTime: metaTime(nowMs) };
}

/** The result of a run that has ended. */
export function resultOf({ metadata, spec, status }: LoadTestResource): PastRun {
  const { completionTime, rate, capacity, comparison } = status;
  const passed = findCondition(status.conditions, 'Passed');
  return {
    name: metadata.name,
    passed: passed?.status ?? 'Unknown',
    ...(passed !== undefined && { reason: passed.reason }),
    ...(completionTime !== undefined && { completionTime }),
    ...(spec?.release !== undefined && { release: spec.release }),
    ...(rate !== undefined && { rate: rate.achieved }),
    ...p99Of(status),
    ...(capacity?.reason !== undefined && { capacity: searchResult(capacity) }),
    ...(comparison !== undefined && {
      comparison: {
        // A baseline that does not exist may have a longer name.
        baseline: comparison.baseline.slice(0, MAX_LOAD_TEST_NAME),
        result: comparison.result,
        message: comparison.message.slice(0, MAX_COMPARISON_MESSAGE),
      },
    }),
  };
}

function searchResult({ rate, low, high, regular, reason }: Capacity): NonNullable<PastRun['capacity']> {
  return {
    ...(rate !== undefined && { rate }),
    ...(low !== undefined && { low }),
    ...(high !== undefined && { high }),
    ...(regular !== undefined && { regular }),
    ...(reason !== undefined && { reason }),
  };
}

/** The p99 of the run; of a search for the capacity that at the rate found, as the whole load contains rates that the target cannot bear. */
function p99Of({ responseTime, windows, capacity }: LoadTestStatus): Pick<PastRun, 'p99' | 'p99Range'> {
  if (capacity !== undefined) {
    const p99 = capacity.trials?.findLast(({ good, rate }) => good && rate === capacity.low)?.p99;
    return p99 === undefined ? {} : { p99 };
  }
  if (responseTime === undefined) return {};
  const intervals = windows && readIntervals(windows);
  const range = intervals && percentileRange(intervals, 99);
  const [low, high] = [range?.low, range?.high].map((us) => (us === undefined ? undefined : formatMicroseconds(us)));
  return {
    p99: responseTime.p99,
    ...(low !== undefined && high !== undefined && { p99Range: { low, high } }),
  };
}

/** These results together with the `known` ones of earlier runs, newest first. */
export function historyOf(results: readonly PastRun[], known: readonly PastRun[] = []): PastRun[] {
  const names = new Set(results.map((run) => run.name));
  return [...results, ...known.filter((run) => !names.has(run.name))]
    .toSorted((a, b) => (b.completionTime ?? '').localeCompare(a.completionTime ?? ''))
    .slice(0, MAX_HISTORY);
}
