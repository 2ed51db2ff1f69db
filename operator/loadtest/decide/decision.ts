import type { OperatorLimits } from '../../../api/common/operator-limits.ts';
import { isoTime } from '../../../api/common/time.ts';
import { type ConditionState, type ConditionType, withConditions } from '../../../api/status/conditions.ts';
import type { LoadTestStatus } from '../../../api/status/loadtest-status.ts';
import { baselineProblem, type Found } from '../../../model/compare/baseline.ts';
import type { Intervals } from '../../../model/compare/intervals.ts';
import type { Recent } from '../../../model/judge/abort.ts';
import type { RunnerEnd } from '../../../model/result/report-document.ts';
import type { Job, Pod } from '../../kube/types.ts';
import type { RunnerUpdates, TerminationMessages } from '../../updates/update-store.ts';
import type { LoadTestResource } from '../resources/loadtest-resource.ts';
import type { Waiting } from '../resources/pods.ts';

/** All that a decision depends on. */
export type Observed = {
  nowMs: number;
  test: LoadTestResource;
  limits: OperatorLimits;
  /** What a test that is not admitted yet waits for; undefined when it may begin. */
  waitsFor?: Waiting | undefined;
  job: Job | undefined;
  /** The pods of that Job. */
  pods: readonly Pod[];
  reports: RunnerUpdates;
  /** What ended runners left behind. */
  words: TerminationMessages;
  /** Since when this operator has been listening to runners. */
  listeningSinceMs: number;
  /** When this operator last wrote the test's status. */
  lastWriteMs?: number | undefined;
  /** The test that `spec.compareWith` names, if there is one. */
  baseline?: Found | undefined;
  /** The runners that have told the windows of their run. */
  collectedIntervals: ReadonlySet<number>;
  /** The whole run in windows, once all of its runners have ended in order and told theirs. */
  windows?: Intervals | undefined;
  /** What was measured in the last seconds, where a threshold may end the load for it. */
  recent?: HeardRecent | undefined;
  /** Why the Job could not be made the last time. */
  jobRefusal?: string | undefined;
  /** Why the Job controller could not make a pod the last time. */
  podRefusal?: string | undefined;
  /** When this operator last kept what lost runners had measured. */
  lastRecordedMs?: number | undefined;
};

/** With the runners whose part in it is out of date. */
export type HeardRecent = Recent & { readonly silent: readonly number[] };

/** What to do; every action may be repeated. */
export type Action =
  | { type: 'CreateJob' }
  | { type: 'DeleteJob' }
  | { type: 'SuspendJob' }
  | { type: 'KeepOnJob'; annotations: Record<string, string> }
  | { type: 'DeleteTest' }
  | { type: 'StopRunners'; reason: string }
  | { type: 'TearDown' }
  | { type: 'WriteReport'; runners: RunnerEnd[] }
  | { type: 'ForgetReports' };

export type Decision = {
  actions: Action[];
  /** The whole status to write; undefined when there is nothing to write now. */
  status?: LoadTestStatus;
  requeueAfterMs?: number;
};

/** What a stage of the decision says: the status as it should read, whether or not it is time to write it. */
export type StageDecision = { actions: Action[]; status: LoadTestStatus; requeueAfterMs?: number };

type States = Partial<Record<ConditionType, ConditionState>>;

/** A valid test; a baseline that is missing so far is said in time. */
export function accepted({ test: { spec }, baseline }: Pick<Observed, 'test' | 'baseline'>): States {
  const name = spec?.compareWith?.name;
  const problem = name === undefined ? undefined : baselineProblem(name, baseline);
  const message = problem === undefined ? '' : `spec.compareWith: ${problem} so far`;
  return { Accepted: { status: 'True', reason: 'Accepted', message } };
}
const NOT_YET: ConditionState = { status: 'Unknown', reason: 'Undecided', message: 'the test is not complete' };
export const UNDECIDED: States = { Passed: NOT_YET, GeneratorSaturated: NOT_YET };

/** `before` with `states` and the generation that they are about. */
export function conditions(
  { test, nowMs }: Observed,
  states: States,
  before: LoadTestStatus = test.status,
): LoadTestStatus {
  const observedGeneration = test.metadata.generation ?? 0;
  const at = { now: isoTime(Math.floor(nowMs / 1e3) * 1e3), observedGeneration };
  return { ...before, observedGeneration, conditions: withConditions(before.conditions ?? [], states, at) };
}
