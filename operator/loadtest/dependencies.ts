import type { KubeClient } from '../kube/client.ts';
import type { Informer } from '../kube/informer.ts';
import type { ResourceStore } from '../kube/resource-store.ts';
import type { Job, Pod } from '../kube/types.ts';
import type { LoadTestPush } from '../otlp/loadtest-push.ts';
import type { Config } from '../runtime/config.ts';
import type { Log } from '../runtime/log.ts';
import type { UpdateStore } from '../updates/update-store.ts';
import type { LoadTestResource } from './resources/loadtest-resource.ts';
import type { FindJob } from './resources/pods.ts';

/** The dependencies of the controller of LoadTests: local copies of the cluster, its client, and the updates of the runners. */
export type LoadTestDependencies = {
  client: KubeClient;
  config: Config;
  tests: ResourceStore<LoadTestResource>;
  /** Both indexed by `keyOfChild`. */
  jobs: Pick<Informer<Job>, 'get' | 'indexed'>;
  pods: Pick<Informer<Pod>, 'indexed'>;
  knownJob: FindJob;
  updates: UpdateStore;
  now: () => number;
  /** Since when runners have reached this operator. */
  listeningSinceMs: () => number;
  log: Log;
  /** Pushes the metrics of tests, if there is an endpoint. */
  push?: Pick<LoadTestPush, 'isOver' | 'forget'> | undefined;
};
