import { isRegressed } from '../../api/scheduled/history.ts';
import type { ScheduledLoadTestStatus } from '../../api/scheduled/scheduled-loadtest.ts';
import type { ComparisonResult } from '../../api/status/comparison.ts';
import { type Condition, type ConditionStates, findCondition } from '../../api/status/conditions.ts';
import type { AcceptedSchedule } from './scheduled-resource.ts';

const STATUSES: Record<ComparisonResult, Condition['status']> = {
  Regressed: 'True',
  Unchanged: 'False',
  Improved: 'False',
  TooNoisy: 'Unknown',
  NotComparable: 'Unknown',
};

/** The condition Regressed: whether the newest ended run is worse than its baseline. A schedule that never compares has none. */
export function regressedCondition(
  { spec, status }: AcceptedSchedule,
  history: NonNullable<ScheduledLoadTestStatus['history']>,
): Pick<ConditionStates, 'Regressed'> {
  const compares =
    spec.loadTestTemplate.spec.compareWith !== undefined || findCondition(status.conditions, 'Regressed') !== undefined;
  const [newest] = history;
  if (!compares || newest === undefined) return {};
  const { name, comparison, reason: why } = newest;
  const unknown = (message: string) => ({ Regressed: { status: 'Unknown', reason: 'NotCompared', message } }) as const;
  if (comparison === undefined) return unknown(`${name} was not compared`);
  const { result, message } = comparison;
  if (result === 'Regressed' && !isRegressed(newest)) return unknown(`${name} is inconclusive: ${why}`);
  return { Regressed: { status: STATUSES[result], reason: result, message: `${name}: ${message}` } };
}
