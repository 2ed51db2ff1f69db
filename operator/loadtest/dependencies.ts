import type { KubeClient } from '../kube/client.ts';
import type { Informer } from '../kube/informer.ts';
import type { ResourceStore } from '../kube/resource-store.ts';
import type { Job, Pod } from '../kube/types.ts';
import type { Config } from '../runtime/config.ts';
import type { Log } from '../runtime/log.ts';
import type { UpdateStore } from '../updates/update-store.ts';
import type { LoadTestResource } from './resources/loadtest-resource.ts';

/** What LoadTests are served with: the cluster as it is seen, the way to change it, and what the runners say. */
export type LoadTestDependencies = {
  client: KubeClient;
  config: Config;
  tests: ResourceStore<LoadTestResource>;
  /** Both indexed by `keyOfChild`. */
  jobs: Pick<Informer<Job>, 'get' | 'indexed'>;
  pods: Pick<Informer<Pod>, 'indexed'>;
  updates: UpdateStore;
  now: () => number;
  /** Since when runners reach this operator. */
  listeningSinceMs: () => number;
  log: Log;
};
