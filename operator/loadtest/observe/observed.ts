import type { OperatorLimits } from '../../../api/common/operator-limits.ts';
import type { NotificationType } from '../../../api/status/notification-types.ts';
import type { Found } from '../../../model/compare/baseline.ts';
import type { Intervals } from '../../../model/compare/intervals.ts';
import type { Recent } from '../../../model/judge/abort.ts';
import type { Job, Pod } from '../../kube/types.ts';
import type { RunnerUpdates, TerminationMessages } from '../../updates/received-update.ts';
import type { TurnDecision } from '../admission/admission.ts';
import type { AcceptedLoadTest, LoadTestResource } from '../resources/loadtest-resource.ts';

/** The whole input of a decision about a LoadTest. */
export type Observed = {
  nowMs: number;
  test: LoadTestResource;
  limits: OperatorLimits;
  /** Where runners send their updates. */
  operatorUrl: string;
  /** Where Grafana is, if the operator knows. */
  grafanaUrl?: string | undefined;
  /** Whether it is the turn of a test that is not admitted yet. Undefined: it may begin, or has begun. */
  turn?: TurnDecision | undefined;
  job: Job | undefined;
  /** The pods of that Job. */
  pods: readonly Pod[];
  updates: RunnerUpdates;
  /** The termination messages of ended runners. */
  terminationMessages: TerminationMessages;
  /** Since when runners have reached this operator. */
  listeningSinceMs: number;
  /** When this operator last wrote the test's status. */
  lastWriteMs?: number | undefined;
  /** The test that `spec.compareWith` names, if there is one. */
  baseline?: Found | undefined;
  /** The indexes of the runners whose intervals have been collected. */
  collectedIntervals: ReadonlySet<number>;
  /** The whole run in intervals, once all runners have ended by their plan and all of theirs are collected. */
  intervals?: Intervals | undefined;
  /** The measurements of the last seconds, for a test with a threshold that may end its load. */
  recent?: HeardRecent | undefined;
  /** Why the API server refuses the Job, whatever changes in the cluster. */
  jobProblem?: string | undefined;
  /** Why the API server last refused the Job. */
  jobRefusal?: string | undefined;
  /** Why the API server last refused a pod of the Job. */
  podRefusal?: string | undefined;
  /** What some webhook wants to be notified of. */
  wantedNotifications: ReadonlySet<NotificationType>;
  /** The notifications about this test that are delivered or given up. */
  settledNotifications: ReadonlySet<NotificationType>;
  /** When this operator last recorded lost runners on the Job. */
  lastRecordedMs?: number | undefined;
};

/** {@link Observed} of a test whose spec has passed the schema. */
export type ObservedAccepted = Observed & { test: AcceptedLoadTest };

/** Recent measurements, with the runners whose part in them is out of date. */
export type HeardRecent = Recent & { readonly silent: readonly number[] };
