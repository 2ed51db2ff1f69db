import type { LoadTestResource } from '../loadtest/resources/loadtest-resource.ts';
import type { Action } from './decision.ts';
import { hasPassed, newestFirst } from './runs.ts';
import type { AcceptedSchedule } from './scheduled-resource.ts';

/**
 * Deletes the oldest ended runs above `spec.successfulLoadTestsHistoryLimit` and `spec.failedLoadTestsHistoryLimit`, except the `baselines` by
 * name.
 */
export function aboveHistoryLimits(
  { spec }: AcceptedSchedule,
  ended: readonly LoadTestResource[],
  baselines: ReadonlySet<string>,
): Action[] {
  const above = (tests: readonly LoadTestResource[], limit: number, why: string) =>
    newestFirst(tests)
      .slice(limit)
      .filter(({ metadata }) => !baselines.has(metadata.name))
      .map(({ metadata }): Action => ({ type: 'DeleteLoadTest', ref: metadata, why }));
  const failed = ended.filter((test) => !hasPassed(test));
  return [
    ...above(ended.filter(hasPassed), spec.successfulLoadTestsHistoryLimit, 'above successfulLoadTestsHistoryLimit'),
    ...above(failed, spec.failedLoadTestsHistoryLimit, 'above failedLoadTestsHistoryLimit'),
  ];
}
