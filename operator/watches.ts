import { LABEL_MANAGED_BY, MANAGER } from '../api/common/names.ts';
import type { KubeClient } from './kube/client.ts';
import { Informer, type InformerOptions } from './kube/informer.ts';
import { pack } from './kube/pack.ts';
import { jobs, loadTests, pods, type ResourcePath, scheduledLoadTests } from './kube/paths.ts';
import type { Job, KubeObject, Pod, Resource } from './kube/types.ts';
import { keyOfChild } from './loadtest/resources/labels.ts';
import { isComplete } from './loadtest/resources/loadtest-resource.ts';
import type { Log } from './runtime/log.ts';
import { keyOfMaker } from './scheduled/scheduled-resource.ts';

/** A local copy of the cluster's objects that the operator reads, from `start` to `stop`. */
export type Cluster = {
  /** Indexed by `keyOfMaker`. */
  tests: Informer<Resource>;
  schedules: Informer<Resource>;
  /** Both indexed by `keyOfChild`. */
  jobs: Informer<Job>;
  pods: Informer<Pod>;
  /** Resolves when all first lists are complete. */
  start(): Promise<void>;
  stop(): Promise<void>;
};

/** Called for every object that was added, changed or deleted; must not throw. */
export type ClusterChanges = {
  test: (test: Resource) => void;
  schedule: (schedule: Resource) => void;
  job: (job: Job) => void;
  pod: (pod: Pod) => void;
};

/** Watches the cluster, or one namespace of it, through `client`. */
export function clusterOf(
  { client, namespace, log }: { client: KubeClient; namespace: string | undefined; log: Log },
  changed: ClusterChanges,
): Cluster {
  const informer = <T extends KubeObject>(
    path: ResourcePath,
    options: Pick<InformerOptions<T>, 'onChange' | 'labelSelector' | 'indexBy' | 'keep'>,
  ): Informer<T> => {
    const onError = (error: Error) => log.warn('a watch broke', { path: path(), error: error.message });
    return new Informer<T>({ client, path, namespace, onError, ...options });
  };
  const children = { labelSelector: `${LABEL_MANAGED_BY}=${MANAGER}`, indexBy: keyOfChild };
  const kinds = {
    tests: informer<Resource>(loadTests, { onChange: changed.test, indexBy: keyOfMaker, keep: keepOfTest }),
    schedules: informer<Resource>(scheduledLoadTests, { onChange: changed.schedule }),
    jobs: informer<Job>(jobs, { ...children, onChange: changed.job, keep: keepOfJob }),
    pods: informer<Pod>(pods, { ...children, onChange: changed.pod, keep: keepOfPod }),
  };
  const all = Object.values(kinds);
  return {
    ...kinds,
    start: async () => {
      await Promise.all(all.map((kind) => kind.start()));
    },
    stop: async () => {
      await Promise.all(all.map((kind) => kind.stop()));
    },
  };
}

/** A finished test does not change, often for months; only scrapes and comparisons read it. */
function keepOfTest(test: Resource): void {
  if (isComplete(test)) pack(test);
}

/** The templates of a thousand pods and of thousands of Jobs would take most of the operator's memory. */
function keepOfJob(job: Job): void {
  const { suspend } = job.spec;
  job.spec = suspend === undefined ? {} : { suspend };
}

function keepOfPod(pod: Pod): void {
  const nodeName = pod.spec?.nodeName;
  pod.spec = nodeName === undefined ? {} : { nodeName };
}
