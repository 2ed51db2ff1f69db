import { isTrue } from '../api/status/conditions.ts';
import type { KubeClient } from './kube/client.ts';
import { ResourceStore } from './kube/resource-store.ts';
import type { Pod } from './kube/types.ts';
import { DeletedJobs } from './loadtest/resources/deleted-jobs.ts';
import { isComplete, type LoadTestResource, parseLoadTest } from './loadtest/resources/loadtest-resource.ts';
import { type FindJob, terminationMessageOf } from './loadtest/resources/pods.ts';
import { Changes } from './runner-endpoint/changes.ts';
import { runnerOf } from './runner-endpoint/identity/runner-identity.ts';
import type { Log } from './runtime/log.ts';
import { parseSchedule, type Schedule } from './scheduled/scheduled-resource.ts';
import { UpdateStore } from './updates/update-store.ts';
import { type Cluster, type ClusterChanges, clusterOf } from './watches.ts';

/** The local copy of the cluster, as this operator wrote it where the watches lag behind, and the updates of the runners. */
export type LocalState = {
  cluster: Cluster;
  tests: ResourceStore<LoadTestResource>;
  schedules: ResourceStore<Schedule>;
  /** Finds a Job that exists or was deleted lately. */
  knownJob: FindJob;
  updates: UpdateStore;
  /** Wakes those who wait for a change of a LoadTest or of its updates. */
  changes: Changes;
  /** Begins to watch; resolves when all first lists are complete. Every change is stored first, and then passed to `react`. */
  start(react: ClusterChanges): Promise<void>;
};

/** The local state of an operator that reads the cluster, or one namespace of it, through `client`. */
export function localState(of: { client: KubeClient; namespace: string | undefined; log: Log }): LocalState {
  let react: ClusterChanges | undefined;
  const changes = new Changes();
  const updates = new UpdateStore(changes.notify);
  const deletedJobs = new DeletedJobs();
  const cluster = clusterOf(of, {
    test: (test) => {
      tests.saw(test);
      react?.test(test);
    },
    schedule: (schedule) => {
      schedules.saw(schedule);
      react?.schedule(schedule);
    },
    job: (job) => {
      const { namespace, name } = job.metadata;
      deletedJobs.saw(job, { exists: cluster.jobs.get(namespace, name) !== undefined });
      react?.job(job);
    },
    pod: (pod) => {
      storeTerminationMessage({ cluster, knownJob, updates }, pod);
      react?.pod(pod);
    },
  });
  const knownJob: FindJob = (namespace, name) => cluster.jobs.get(namespace, name) ?? deletedJobs.get(namespace, name);
  const tests = new ResourceStore(cluster.tests, parseLoadTest, {
    isBusy: (test) => !isTrue(test.status.conditions, 'Complete'),
    changed: changes.notify,
  });
  const schedules = new ResourceStore(cluster.schedules, parseSchedule);
  return {
    ...{ cluster, tests, schedules, knownJob, updates, changes },
    start: (reactions) => {
      react = reactions;
      return cluster.start();
    },
  };
}

/** Also of a deleted pod: its last state contains the termination message. The pods of a complete test no longer matter. */
function storeTerminationMessage(
  { cluster, knownJob, updates }: Pick<LocalState, 'cluster' | 'knownJob' | 'updates'>,
  pod: Pod,
): void {
  const runner = runnerOf(pod, knownJob);
  const message = terminationMessageOf(pod);
  if (runner === undefined || message === undefined) return;
  const test = cluster.tests.get(runner.namespace, runner.name);
  if (test === undefined || !isComplete(test)) updates.putTerminationMessage(runner.uid, runner.index, message);
}
