import { Registry } from 'prom-client';
import { isTrue } from '../api/conditions.ts';
import { LABEL_MANAGED_BY, MANAGER, TOKEN_AUDIENCE } from '../api/names.ts';
import type { LoadTestStatus } from '../api/status.ts';
import type { Config } from './config.ts';
import { type Controller, runController } from './controller.ts';
import { type Handler, listen, textAnswer } from './http.ts';
import { reviewToken } from './kube/api.ts';
import { KubeClient } from './kube/client.ts';
import { loadKubeConfig } from './kube/config.ts';
import { Informer, type InformerOptions } from './kube/informer.ts';
import { pack } from './kube/pack.ts';
import { jobs, loadTests, pods, type ResourcePath, scheduledLoadTests } from './kube/paths.ts';
import type { Job, KubeObject, Pod, Resource } from './kube/types.ts';
import type { Leadership } from './leader/election.ts';
import { LoadTestController } from './loadtest/controller.ts';
import { keyOfChild } from './loadtest/labels.ts';
import { wordsOf } from './loadtest/pods.ts';
import { isComplete, keyOf, parseTest } from './loadtest/test.ts';
import type { Log } from './log.ts';
import { operatorMetrics } from './metrics/operator-metrics.ts';
import { testMetrics } from './metrics/test-metrics.ts';
import { totalsOf } from './metrics/test-totals.ts';
import { Authenticator } from './reporting/identity.ts';
import { gatherMs } from './reporting/pace.ts';
import { runnerOf } from './reporting/runner-of.ts';
import { reportHandler } from './reporting/server.ts';
import { ReportStore } from './reports.ts';
import { ScheduleController } from './scheduled/controller.ts';
import { keyOfMaker, parseSchedule } from './scheduled/schedule.ts';
import { ResourceStore } from './store.ts';

/** A worker mostly waits for the API server, and a hundred tests may begin at once. */
const WORKERS = 32;

export type Operator = {
  reportPort: number;
  metricsPort: number;
  /** Takes no more work, finishes what is in flight, and lets go of the cluster. */
  stop(): Promise<void>;
};

export type OperatorOptions = {
  config: Config;
  log: Log;
  /** Path of a kubeconfig; default: the cluster that this process finds itself in. */
  kubeconfig?: string;
  now?: () => number;
  /** Waits, with the cluster seen, until this replica leads. Without one, there is no other. */
  elect?: (client: KubeClient) => Promise<Leadership>;
};

/** Starts the operator; resolves when it leads, has seen the whole cluster, serves its endpoints and works. */
export async function startOperator({
  config,
  log,
  kubeconfig,
  now = Date.now,
  elect,
}: OperatorOptions): Promise<Operator> {
  const registry = new Registry();
  const controllers: Controller[] = [];
  const metrics = operatorMetrics(registry, () => Object.fromEntries(controllers.map((c) => [c.name, c.queue.depth])));
  const kube = loadKubeConfig(kubeconfig);
  const client = new KubeClient(kube, metrics.call);
  const informers: Informer<KubeObject>[] = [];
  const reports = new ReportStore();

  const follow = <T extends KubeObject>(
    path: ResourcePath,
    onChange: (object: T) => void,
    options: Pick<InformerOptions<T>, 'labelSelector' | 'indexBy' | 'keep'> = {},
  ): Informer<T> => {
    const onError = (error: Error) => log.warn('a watch broke', { path: path(), error: error.message });
    const informer = new Informer<T>({ client, path, namespace: config.watchNamespace, onChange, onError, ...options });
    informers.push(informer as unknown as Informer<KubeObject>);
    return informer;
  };
  const children = { labelSelector: `${LABEL_MANAGED_BY}=${MANAGER}`, indexBy: keyOfChild };
  const enqueueOwner = (child: Job | Pod) => {
    const key = keyOfChild(child);
    if (key !== undefined) enqueue(key, podInformer.indexed(key).length);
  };
  const enqueue = (key: string, replicas: number) => {
    const waitMs = gatherMs(replicas);
    if (waitMs === 0) loadTestController.queue.add(key);
    else loadTestController.queue.addAfter(key, waitMs);
  };

  const changed = (object: Resource) => {
    const { namespace, name, uid } = object.metadata;
    tests.saw(object);
    if (testInformer.get(namespace, name) === undefined) loadTestController.forget(uid);
    loadTestController.changed(object);
    const maker = keyOfMaker(object);
    if (maker !== undefined) scheduleController.queue.add(maker);
  };
  const testInformer = follow<Resource>(loadTests, changed, { indexBy: keyOfMaker, keep: keepOfTest });
  const scheduleInformer = follow<Resource>(scheduledLoadTests, (object) => {
    schedules.saw(object);
    scheduleController.queue.add(keyOf(object.metadata));
  });
  const jobInformer = follow<Job>(jobs, enqueueOwner, { ...children, keep: keepOfJob });
  // Also of a pod that goes: the last that the watch says of it holds what its container left behind.
  const podInformer = follow<Pod>(
    pods,
    (pod) => {
      const runner = runnerOf(pod);
      const words = wordsOf(pod);
      if (runner !== undefined && words !== undefined && isOpen(runner)) {
        reports.putWords(runner.uid, runner.index, words);
      }
      enqueueOwner(pod);
    },
    { ...children, keep: keepOfPod },
  );
  /** The pods of a complete test have nothing to say any more. */
  const isOpen = ({ namespace, name }: { namespace: string; name: string }) => {
    const test = testInformer.get(namespace, name);
    return test === undefined || !isComplete(test);
  };
  const tests = new ResourceStore(testInformer, parseTest, (test) => !isTrue(test.status.conditions, 'Complete'));
  const schedules = new ResourceStore(scheduleInformer, parseSchedule);

  const loadTestController = new LoadTestController({
    client,
    config,
    tests,
    jobs: jobInformer,
    pods: podInformer,
    reports,
    now,
    listeningSinceMs: () => listeningSinceMs,
    log,
  });
  const scheduleController = new ScheduleController({
    client,
    limits: config.limits,
    schedules,
    tests: testInformer,
    now,
    log,
  });
  controllers.push(loadTestController, scheduleController);

  const scrape = async () => {
    // The totals of tests come from the leader alone: a sum over replicas would count them twice.
    const totals = (isLeading ? tests.list() : []).map(({ metadata: { namespace, name, uid }, status }) => ({
      namespace,
      name,
      totals: totalsOf((status ?? {}) as LoadTestStatus, reports.of(uid)),
    }));
    return (await registry.metrics()) + testMetrics(totals);
  };
  let isReady = false;
  let isLeading = false;
  let listeningSinceMs = 0;
  const metricsServer = await listen(
    config.metricsPort,
    observability({ scrape, contentType: registry.contentType, isReady: () => isReady }),
  );

  await Promise.all(informers.map((informer) => informer.start()));
  isReady = true;
  const leadership = await elect?.(client);
  listeningSinceMs = now();
  isLeading = true;
  const authenticator = new Authenticator((token, audience) => reviewToken(client, token, audience), now);
  const reportServer = await listen(
    config.reportPort,
    reportHandler(
      {
        authenticate: (token) => authenticator.authenticate(token),
        pod: (namespace, name) => podInformer.get(namespace, name),
        test: (namespace, name) => tests.get(namespace, name),
        reports,
        addresses: { denied: config.limits.deniedAddresses, hosts: config.limits.allowedHosts },
        enqueue,
        now,
      },
      log,
      metrics.reported,
    ),
  );
  const working = controllers.map((controller) =>
    runController(controller, { workers: WORKERS, log, observe: metrics }),
  );
  log.info('operator started', { reportPort: reportServer.port, audience: TOKEN_AUDIENCE, tests: tests.list().length });

  return {
    reportPort: reportServer.port,
    metricsPort: metricsServer.port,
    stop: async () => {
      isReady = false;
      for (const { queue } of controllers) queue.stop();
      await Promise.all([...working, reportServer.close()]);
      await leadership?.release();
      await Promise.all(informers.map((informer) => informer.stop()));
      await metricsServer.close();
      await kube.close();
    },
  };
}

/** A finished test stays as it is, mostly for months; nobody looks at it but a scrape and a comparison. */
function keepOfTest(test: Resource): void {
  if (isComplete(test)) pack(test);
}

/** Of a thousand pods, and of the Jobs of thousands of tests, the templates would be most of the operator's memory. */
function keepOfJob(job: Job): void {
  const { suspend } = job.spec;
  job.spec = suspend === undefined ? {} : { suspend };
}

function keepOfPod(pod: Pod): void {
  const nodeName = pod.spec?.nodeName;
  pod.spec = nodeName === undefined ? {} : { nodeName };
}

/** /metrics, /healthz and /readyz. */
function observability(of: { scrape: () => Promise<string>; contentType: string; isReady: () => boolean }): Handler {
  return async ({ url }) => {
    if (url === '/metrics') return { status: 200, body: await of.scrape(), contentType: of.contentType };
    if (url === '/healthz') return textAnswer(200, 'ok\n');
    if (url === '/readyz') return of.isReady() ? textAnswer(200, 'ok\n') : textAnswer(503, 'starting\n');
    return textAnswer(404, 'not found\n');
  };
}
