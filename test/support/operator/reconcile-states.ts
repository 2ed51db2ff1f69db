import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LostRunnerRecord } from '../../../api/protocol/lost-runner-record.ts';
import type { LoadTestStatus } from '../../../api/status/loadtest-status.ts';
import { encodeTerminationMessage } from '../../../model/wire/termination-message.ts';
import { reconcile } from '../../../operator/loadtest/decide/reconcile.ts';
import type { Observed } from '../../../operator/loadtest/observe/observed.ts';
import { at, conditionText, job, loadTest, NOW, observedState, pod, snapshot, update } from './operator-fixtures.ts';

export const CONDITIONS = ['Accepted', 'Ready', 'Running', 'Complete', 'Passed', 'GeneratorSaturated'] as const;

/** The status after a decision on `observed`, as persisted before the next one. */
export function persisted(observed: Observed): LoadTestStatus {
  return reconcile(observed).status ?? observed.test.status;
}

export const WAITING = persisted(observedState());
export const READY = [update(0, { phase: 'Ready' }), update(1, { phase: 'Ready' })];
export const STARTED = persisted(observedState({ test: loadTest({}, WAITING), updates: new Map(READY) }));
export const running = (index: number, receivedAtMs = NOW) =>
  update(index, { phase: 'Running', snapshot: snapshot(10) }, receivedAtMs);
/** A runner that has finished at NOW + 10 s. */
export const finished = (index: number, done = 500) =>
  update(index, { phase: 'Finished', snapshot: { ...snapshot(done), elapsedMs: 9_898 } });
export const COMPLETE = persisted(
  observedState({ test: loadTest({}, STARTED), updates: new Map([finished(0), finished(1)]), nowMs: NOW + 10_000 }),
);
export const imageMissing = pod(1, {
  phase: 'Pending',
  containerStatuses: [{ name: 'runner', state: { waiting: { reason: 'ErrImagePull', message: 'no such image' } } }],
});
export const unscheduled = pod(1, {
  phase: 'Pending',
  conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'Insufficient cpu' }],
});
export const killed = pod(1, {
  phase: 'Failed',
  containerStatuses: [{ name: 'runner', state: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }],
});

export const successor = { ...pod(1), metadata: { ...pod(1).metadata, uid: 'successor', creationTimestamp: at(0) } };
/** The termination message of a runner after 12 s with 20 requests. */
export const terminationMessage = (phase: 'Running' | 'Finished') =>
  encodeTerminationMessage({ phase, snapshot: { ...snapshot(20), elapsedMs: 12_000 } })!;
export const killedWithMessage = pod(1, {
  phase: 'Failed',
  containerStatuses: [
    {
      name: 'runner',
      state: { terminated: { exitCode: 137, reason: 'OOMKilled', message: terminationMessage('Running') } },
    },
  ],
});
export const jobWithRecord = (index: number, record: LostRunnerRecord) => ({
  ...job(),
  metadata: { ...job().metadata, annotations: { [`loadtest.dev/lost-runner-${index}`]: JSON.stringify(record) } },
});

export const LIMITS = observedState().limits;
/** The status of an admitted test. */
export const ADMITTED = persisted(observedState({ job: undefined, pods: [] }));
export const ENDED = persisted(observedState({ test: annotated(loadTest({}, WAITING)) }));
/** The status of a test under load whose spec is not valid. */
export const UNJUDGEABLE = persisted(observedState({ test: loadTest({ load: { type: 'Open' } }, STARTED) }));
export const SUSPENDED = { conditions: [{ type: 'Suspended', status: 'True' }] };

export function annotated<T extends Observed['test']>(test: T): T {
  return { ...test, metadata: { ...test.metadata, annotations: { 'loadtest.dev/stop': 'true' } } };
}

/** A Job that replaces `count` others; the runners of the first were awaited from `sinceMs` on, relative to now. */
export function replacing(count: number, status: NonNullable<Observed['job']>['status'], sinceMs = -60_000) {
  const { metadata, ...rest } = job(status);
  const predecessors = { count, awaitedSince: at(sinceMs), message: 'pod x ended: OOMKilled, exit code 137' };
  return {
    ...rest,
    metadata: { ...metadata, annotations: { 'loadtest.dev/predecessors': JSON.stringify(predecessors) } },
  };
}

/** The Job of a test with Kueue's label. */
export function queued(status: NonNullable<Observed['job']>['status'], suspend: boolean) {
  const { metadata, ...rest } = job(status, { suspend });
  return { ...rest, metadata: { ...metadata, labels: { ...metadata.labels, 'kueue.x-k8s.io/queue-name': 'tests' } } };
}

export type Row = [
  sentence: string,
  observed: Partial<Observed>,
  expected: { actions?: string[]; requeueAfterMs?: number | undefined; unwritten?: true } & {
    [C in (typeof CONDITIONS)[number]]?: string;
  },
];

/** Tests a table of decisions. The status of a decision without one is the previous status. */
export function testRows(rows: readonly Row[]): void {
  for (const [sentence, change, expected] of rows) {
    test(sentence, () => {
      const observed = observedState(change);
      const decision = reconcile(observed);
      const status = decision.status ?? observed.test.status;
      const seen: Record<string, unknown> = {
        actions: decision.actions.map((a) => a.type),
        requeueAfterMs: decision.requeueAfterMs,
        unwritten: decision.status === undefined ? true : undefined,
      };
      for (const type of CONDITIONS) seen[type] = conditionText(status, type);
      for (const [key, value] of Object.entries(expected)) assert.deepEqual(seen[key], value, key);
    });
  }
}
