import type { OperatorLimits } from '../../../api/common/operator-limits.ts';
import type { AcceptedLoadTest } from '../resources/loadtest-resource.ts';
import type { TestIndex } from './test-index.ts';

/** A test whose turn may have come, as the checks see it. */
export type Turn = {
  test: AcceptedLoadTest;
  /** Whether another installation of the operator serves it. */
  isElsewhere: boolean;
  /** The tests that run or create their runners. */
  admitted: TestIndex;
  /** The number of those that this installation serves. */
  takenSlots: number;
  /** The tests before it that wait themselves. */
  before: TestIndex;
  limits: TurnLimits;
};

export type TurnLimits = Pick<OperatorLimits, 'maxConcurrentTests' | 'maxWaitingTests' | 'oneTestPerTarget'>;
