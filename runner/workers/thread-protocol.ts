import type { Assignment } from '../../api/protocol/assignment.ts';
import type { TrialPlan } from '../../api/protocol/trial.ts';
import type { Stripe } from '../../model/load/stripe.ts';
import type { TrialStage } from '../../model/measure/trial/trial-recorder.ts';
import type { CounterMemory } from '../engine/drivers/shared-counter.ts';
import type { LiveSnapshot } from '../engine/recorder.ts';
import type { InspectionHeartbeat } from './inspection-heartbeat.ts';

/** A worker thread's task: its part of an assignment. */
export type WorkerTask = {
  assignment: Assignment;
  part: Stripe;
  values: Map<string, Uint8Array>;
  /** What the target has told before the threads began. */
  answer?: Uint8Array | undefined;
  /** Counts the iterations of all workers of the runner. */
  iterations: CounterMemory;
  /** Whether to send only the first request of the spec, once. */
  once?: boolean;
};
/** What a worker has measured, with the newest trial of a capacity search. */
type Measurement = { snapshot: LiveSnapshot; samples: readonly string[]; trial?: TrialStage };
/** The data with which a worker thread starts. */
export type WorkerData = WorkerTask & { heartbeat: InspectionHeartbeat; heapMiB: number | undefined };
/** The messages to a worker thread. */
export type ToWorker =
  | { type: 'start'; atMs: number; setup: string }
  | { type: 'trial'; trial: TrialPlan }
  | { type: 'end trial'; number: number }
  | { type: 'stop' };
/** The messages of a worker thread, as it sends them; its parent validates each. */
export type FromWorker =
  | { type: 'ready' }
  | { type: 'invalid'; problem: string }
  | ({ type: 'progress' | 'trial' | 'finished' } & Measurement);
