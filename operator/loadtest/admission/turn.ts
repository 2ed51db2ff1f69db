import type { OperatorLimits } from '../../../api/common/operator-limits.ts';
import type { AcceptedLoadTest } from '../resources/loadtest-resource.ts';

/** A test whose turn may have come, as the checks see it. */
export type Turn = {
  test: AcceptedLoadTest;
  /** The tests that run or create their runners. */
  admitted: readonly AcceptedLoadTest[];
  /** The tests before it that wait themselves. */
  before: readonly AcceptedLoadTest[];
  limits: Pick<OperatorLimits, 'maxConcurrentTests' | 'oneTestPerTarget'>;
};
