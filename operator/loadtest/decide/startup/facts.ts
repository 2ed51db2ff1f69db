import type { Predecessors } from '../../../../api/protocol/predecessors.ts';
import type { NeverRanReason } from '../../../../api/status/reasons.ts';
import type { Waiting } from '../../../../model/lifecycle/stage.ts';
import type { ObservedAccepted } from '../../observe/observed.ts';
import type { Runner } from '../../runners/runner.ts';

/** A test on its way from acceptance to the start of its load, as the checks see it. */
export type Startup = ObservedAccepted & {
  runners: readonly Runner[];
  /** How many of them are at the barrier. */
  ready: number;
  /** Why the others are not. */
  waiting: Waiting;
  /** When the test was admitted; now, if it is not yet. */
  startTime: string;
};

/**
 * AwaitsTurn: other tests come first. Admitted: may create its runners once its `startTime` is persisted. AwaitsRunners: was admitted before;
 * `againMs` is when to look at the latest, Infinity: not before something changes. JobReplaced: the Job has lost a runner, and another one takes its
 * place, suspended like it.
 */
export type StartupFact =
  | { is: 'NeverRan'; reason: NeverRanReason; message: string }
  | { is: 'AllReady' }
  | { is: 'AwaitsTurn'; turn: Waiting }
  | { is: 'Admitted' }
  | { is: 'AwaitsRunners'; againMs: number }
  | { is: 'JobReplaced'; predecessors: Predecessors; suspended: boolean };
