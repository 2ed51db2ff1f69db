import type { LoadTestStatus } from '../../../../api/status/loadtest-status.ts';
import type { Progress } from '../../../../model/capacity/progress.ts';
import type { StopCause } from '../../../../model/lifecycle/stop-cause.ts';
import type { ObservedAccepted } from '../../observe/observed.ts';
import type { Runner } from '../../runners/runner.ts';

/** A test from the start of its load until its runners have ended, as the checks see it. */
export type UnderLoad = ObservedAccepted & {
  runners: readonly Runner[];
  /** The lost runners as a sentence; empty without any. */
  losses: string;
  /** The search for the capacity, if the load is one. */
  search: Progress | undefined;
  /** Why the load ends before its plan does, if it does. */
  stop: StopCause | undefined;
  /** Whether all runners have ended and the script's teardown is under way. */
  isTearingDown: boolean;
  loadStartMs: number;
  /** The status before this decision, with the runners as they are now. */
  counted: LoadTestStatus;
};
