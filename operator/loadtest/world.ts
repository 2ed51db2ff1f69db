import type { Config } from '../config.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Informer } from '../kube/informer.ts';
import type { Job, Pod } from '../kube/types.ts';
import type { Log } from '../log.ts';
import type { ReportStore } from '../reports.ts';
import type { ResourceStore } from '../store.ts';
import type { Test } from './test.ts';

/** What LoadTests are served with: the cluster as it is seen, the way to change it, and what the runners say. */
export type LoadTestWorld = {
  client: KubeClient;
  config: Config;
  tests: ResourceStore<Test>;
  /** Both indexed by `keyOfChild`. */
  jobs: Pick<Informer<Job>, 'get' | 'indexed'>;
  pods: Pick<Informer<Pod>, 'indexed'>;
  reports: ReportStore;
  now: () => number;
  /** Since when runners reach this operator. */
  listeningSinceMs: () => number;
  log: Log;
};
