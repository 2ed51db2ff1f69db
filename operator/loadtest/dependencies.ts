import type { Summary } from '../../model/measure/summary.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Informer } from '../kube/informer.ts';
import type { ResourceStore } from '../kube/resource-store.ts';
import type { Job, Pod } from '../kube/types.ts';
import type { Notifier } from '../notifications/notifier.ts';
import type { Config } from '../runtime/config.ts';
import type { Log } from '../runtime/log.ts';
import type { Serving } from '../serving/serving.ts';
import type { UpdateStore } from '../updates/update-store.ts';
import type { AcceptedLoadTest, LoadTestResource } from './resources/loadtest-resource.ts';
import type { FindJob } from './resources/pods.ts';

/** A test under load, or at its end, and the measurement of its runners; undefined before the first one. */
export type MeasuredTest = Pick<AcceptedLoadTest, 'metadata' | 'spec' | 'status'> & {
  summary: () => Summary | undefined;
};

/** Pushes the metrics of tests. */
export type MetricsPush = {
  /** Whether the last push of a test is over, successful or not. The first call begins it, and `over` is called at its end. */
  isOver(test: MeasuredTest, over: () => void): boolean;
  /** Drops the memory about a test that is gone. */
  forget(uid: string): void;
};

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
  /** How long after its start a runner waits for its first scrape, for one that starts now. */
  firstScrapeMs: () => number;
  /** Since when runners have reached this operator. */
  listeningSinceMs: () => number;
  log: Log;
  /** Delivers notifications, if there are webhooks, and pushes the metrics of tests, if there is an endpoint. */
  notifier?: Pick<Notifier, 'wanted' | 'deliver'> | undefined;
  push?: MetricsPush | undefined;
  /** Absent: there is no other installation of the operator. */
  serving?: Pick<Serving, 'leftAlone' | 'over'> | undefined;
};
