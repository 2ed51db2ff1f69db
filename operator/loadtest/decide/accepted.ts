import { withStage } from '../../../model/lifecycle/stage.ts';
import { exceeded } from '../../../model/limits/violations.ts';
import type { Observed, ObservedAccepted } from '../observe/observed.ts';
import { type Decision, decidedOn } from './decision.ts';

/**
 * Ends a test whose spec this operator cannot run. The test ends at once, so that nothing waits for it. From then on the API server rejects
 * a correction that would run (docs/design/0008-one-schema-two-judges.md).
 */
export function invalidSpec(observed: Pick<Observed, 'test' | 'nowMs'>): Decision | undefined {
  const { test } = observed;
  if (test.problem === undefined) return undefined;
  const message = test.problem;
  // Another version of the operator may have started the load.
  const stage =
    test.status.loadStartTime === undefined
      ? ({ is: 'NeverRan', reason: 'Invalid', message } as const)
      : ({ is: 'Unjudgeable', message } as const);
  return { actions: [], status: withStage(test.status, stage, decidedOn(observed)) };
}

/** Ends a test that exceeds a limit of the operator. A limit that changes later does not affect an admitted test. */
export function operatorLimits(
  observed: Pick<ObservedAccepted, 'test' | 'limits' | 'nowMs' | 'baseline'>,
): Decision | undefined {
  const { test, limits } = observed;
  const excess = test.status.startTime === undefined ? exceeded(test.spec, limits) : [];
  if (excess.length === 0) return undefined;
  const stage = { is: 'NeverRan', reason: 'LimitExceeded', message: excess.join('; ') } as const;
  return { actions: [], status: withStage(test.status, stage, decidedOn(observed)) };
}

/** Ends a test that would have to wait beside as many others of its namespace as may wait. */
export function maxWaitingTests(observed: Pick<ObservedAccepted, 'test' | 'turn' | 'nowMs'>): Decision | undefined {
  const { test, turn } = observed;
  if (turn?.is !== 'Refused') return undefined;
  const stage = { is: 'NeverRan', reason: 'LimitExceeded', message: turn.message } as const;
  return { actions: [], status: withStage(test.status, stage, decidedOn(observed)) };
}
