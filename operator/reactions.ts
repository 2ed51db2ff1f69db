import type { Job, Pod } from './kube/types.ts';
import type { LoadTestController } from './loadtest/controller.ts';
import { keyOfChild } from './loadtest/resources/labels.ts';
import { keyOf } from './loadtest/resources/loadtest-resource.ts';
import type { LocalState } from './local-state.ts';
import type { DeletedTests } from './metrics/deleted-tests.ts';
import { figuresOfTest } from './metrics/endpoint.ts';
import { gatherMs } from './runner-endpoint/polling.ts';
import type { Controller } from './runtime/controller.ts';
import type { ScheduleController } from './scheduled/controller.ts';
import { keyOfMaker } from './scheduled/scheduled-resource.ts';
import type { Serving } from './serving/serving.ts';
import type { ClusterChanges } from './watches.ts';

export type Reacting = {
  state: Pick<LocalState, 'cluster' | 'updates'>;
  loadTestController: LoadTestController;
  scheduleController: ScheduleController;
  /** Absent: there is no other installation of the operator. */
  serving: Serving | undefined;
  deletedTests: DeletedTests;
  isLeading: () => boolean;
  now: () => number;
};

/** What this operator does about each change of the cluster: it reconciles what the change concerns, and forgets what is gone. */
export function reactions(reacting: Reacting): ClusterChanges {
  const { state, loadTestController, scheduleController, serving, deletedTests, isLeading, now } = reacting;
  const { cluster, updates } = state;
  const enqueueOwner = (child: Job | Pod) => {
    const key = keyOfChild(child);
    if (key !== undefined) enqueueGathered(loadTestController, key, cluster.pods.indexed(key).length);
  };
  return {
    test: (test) => {
      const { namespace, name, uid } = test.metadata;
      if (cluster.tests.get(namespace, name) === undefined) {
        if (isLeading()) deletedTests.deleted(figuresOfTest(test, updates), now());
        loadTestController.forget(uid);
        void serving?.over(test.metadata);
      }
      loadTestController.changed(test);
      const maker = keyOfMaker(test);
      if (maker !== undefined) scheduleController.queue.add(maker);
    },
    schedule: (schedule) => {
      const { namespace, name } = schedule.metadata;
      if (cluster.schedules.get(namespace, name) === undefined) void serving?.over(schedule.metadata);
      scheduleController.queue.add(keyOf(schedule.metadata));
    },
    job: enqueueOwner,
    pod: enqueueOwner,
  };
}

/** Requests a reconcile of a LoadTest of so many runners, of which many change at once. */
export function enqueueGathered({ queue }: Pick<Controller, 'queue'>, key: string, replicas: number): void {
  const waitMs = gatherMs(replicas);
  if (waitMs === 0) queue.add(key);
  else queue.addAfter(key, waitMs);
}
