import { Registry } from 'prom-client';
import { TOKEN_AUDIENCE } from '../api/common/names.ts';
import { isTrue } from '../api/status/conditions.ts';
import { Scrapers } from '../model/lifecycle/scrapers.ts';
import { reviewToken } from './kube/api.ts';
import { KubeClient } from './kube/client.ts';
import { loadKubeConfig } from './kube/config.ts';
import { ResourceStore } from './kube/resource-store.ts';
import type { Job, Pod } from './kube/types.ts';
import type { Leadership } from './leader/election.ts';
import { LoadTestController } from './loadtest/controller.ts';
import { DeletedJobs } from './loadtest/resources/deleted-jobs.ts';
import { keyOfChild } from './loadtest/resources/labels.ts';
import { isComplete, keyOf, parseLoadTest } from './loadtest/resources/loadtest-resource.ts';
import { type FindJob, terminationMessageOf } from './loadtest/resources/pods.ts';
import { DeletedTests } from './metrics/deleted-tests.ts';
import { figuresOfTest, observability } from './metrics/endpoint.ts';
import { firstScrapeMs } from './metrics/first-scrape.ts';
import { operatorMetrics } from './metrics/operator-metrics.ts';
import { Notifier } from './notifications/notifier.ts';
import { BodyReader } from './runner-endpoint/body-reader.ts';
import { Changes } from './runner-endpoint/changes.ts';
import { Authenticator } from './runner-endpoint/identity/authenticator.ts';
import { runnerOf } from './runner-endpoint/identity/runner-identity.ts';
import { PodLimits } from './runner-endpoint/pod-limits.ts';
import { gatherMs, HOLD_MS } from './runner-endpoint/polling.ts';
import { updateHandler } from './runner-endpoint/server.ts';
import type { Config } from './runtime/config.ts';
import { type Controller, runController } from './runtime/controller.ts';
import { listen } from './runtime/http.ts';
import { ListeningTime } from './runtime/listening-time.ts';
import type { Log } from './runtime/log.ts';
import { ScheduleController } from './scheduled/controller.ts';
import { keyOfMaker, parseSchedule } from './scheduled/scheduled-resource.ts';
import { Serving } from './serving/serving.ts';
import { UpdateStore } from './updates/update-store.ts';
import { clusterOf } from './watches.ts';

/** Each worker mostly waits for the API server, and a hundred tests may begin at once. */
const WORKERS = 32;

/** The most bytes of updates that are being read: four of the largest. */
const BODIES_BYTES = 16 * 1024 * 1024;
/** A runner has one connection, or two at its end. All runners of a test may have one address, where a node translates theirs. */
const CONNECTIONS = { each: 1500, all: 6000 };

/** A scraper that has not come for so long is gone; Prometheus itself takes a series without samples for stale then. */
const SCRAPER_MS = 5 * 60_000;

export type Operator = {
  reportPort: number;
  metricsPort: number;
  /** Accepts no more work, finishes work in progress, and closes its connections to the cluster. */
  stop(): Promise<void>;
};

export type OperatorOptions = {
  config: Config;
  log: Log;
  /** Path of a kubeconfig; default: the cluster of this process. */
  kubeconfig?: string;
  now?: () => number;
  /** Names this installation, whichever of its pods leads. Absent: the cluster has no other one. */
  installation?: string;
  /** Waits after the first lists until this replica leads. Absent: there is only one replica. */
  elect?: (client: KubeClient) => Promise<Leadership>;
};

/** Starts the operator; resolves when it has synced with the cluster, leads, serves its endpoints and reconciles. */
export async function startOperator({
  config,
  log,
  kubeconfig,
  now = Date.now,
  elect,
  installation,
}: OperatorOptions): Promise<Operator> {
  const registry = new Registry();
  const controllers: Controller[] = [];
  let isLeading = false;
  const metrics = operatorMetrics(registry, {
    depths: () => Object.fromEntries(controllers.map((c) => [c.name, c.queue.depth])),
    isLeading: () => isLeading,
  });
  const kube = loadKubeConfig(kubeconfig);
  const client = new KubeClient(kube, metrics.call);
  const changes = new Changes();
  const updates = new UpdateStore(changes.notify);
  const scrapers = new Scrapers(SCRAPER_MS);
  const deletedTests = new DeletedTests(scrapers);
  const startedMs = now();

  const enqueueOwner = (child: Job | Pod) => {
    const key = keyOfChild(child);
    if (key !== undefined) enqueue(key, cluster.pods.indexed(key).length);
  };
  const enqueue = (key: string, replicas: number) => {
    const waitMs = gatherMs(replicas);
    if (waitMs === 0) loadTestController.queue.add(key);
    else loadTestController.queue.addAfter(key, waitMs);
  };

  const deletedJobs = new DeletedJobs();
  const knownJob: FindJob = (namespace, name) => cluster.jobs.get(namespace, name) ?? deletedJobs.get(namespace, name);

  const cluster = clusterOf(
    { client, namespace: config.watchNamespace, log },
    {
      test: (test) => {
        const { namespace, name, uid } = test.metadata;
        tests.saw(test);
        if (cluster.tests.get(namespace, name) === undefined) {
          if (isLeading) deletedTests.deleted(figuresOfTest(test, updates), now());
          loadTestController.forget(uid);
          void serving?.over(test.metadata);
        }
        loadTestController.changed(test);
        const maker = keyOfMaker(test);
        if (maker !== undefined) scheduleController.queue.add(maker);
      },
      schedule: (schedule) => {
        schedules.saw(schedule);
        const { namespace, name } = schedule.metadata;
        if (cluster.schedules.get(namespace, name) === undefined) void serving?.over(schedule.metadata);
        scheduleController.queue.add(keyOf(schedule.metadata));
      },
      job: (job) => {
        const { namespace, name } = job.metadata;
        deletedJobs.saw(job, { exists: cluster.jobs.get(namespace, name) !== undefined });
        enqueueOwner(job);
      },
      // Also for a deleted pod: its last state contains the termination message.
      pod: (pod) => {
        const runner = runnerOf(pod, knownJob);
        const message = terminationMessageOf(pod);
        if (runner !== undefined && message !== undefined && isOpen(runner)) {
          updates.putTerminationMessage(runner.uid, runner.index, message);
        }
        enqueueOwner(pod);
      },
    },
  );
  /** The pods of a complete test no longer matter. */
  const isOpen = ({ namespace, name }: { namespace: string; name: string }) => {
    const test = cluster.tests.get(namespace, name);
    return test === undefined || !isComplete(test);
  };
  const tests = new ResourceStore(cluster.tests, parseLoadTest, {
    isBusy: (test) => !isTrue(test.status.conditions, 'Complete'),
    changed: changes.notify,
  });
  const schedules = new ResourceStore(cluster.schedules, parseSchedule);

  const serving = installation === undefined ? undefined : new Serving(installation, { client, log });
  const ours = () => tests.list().filter(({ metadata }) => serving?.isElsewhere(metadata.namespace) !== true);

  const notifier = config.webhooks && new Notifier({ webhooks: config.webhooks, now, log });
  const push =
    config.otlp &&
    (await import('./otlp/start-push.ts')).pushOfTests(config.otlp, {
      tests: { list: ours, get: (namespace, name) => tests.get(namespace, name) },
      updates,
      now,
      log,
    });
  const loadTestController = new LoadTestController({
    client,
    config,
    tests,
    jobs: cluster.jobs,
    knownJob,
    pods: cluster.pods,
    updates,
    now,
    firstScrapeMs: () => {
      const nowMs = now();
      return firstScrapeMs(config, { isScraped: scrapers.expected(nowMs).size > 0, sinceMs: startedMs, nowMs });
    },
    listeningSinceMs: () => listening?.sinceMs() ?? 0,
    log,
    push,
    notifier,
    serving,
  });
  const scheduleController = new ScheduleController({
    client,
    limits: config.limits,
    schedules,
    tests: cluster.tests,
    now,
    log,
    serving,
  });
  controllers.push(loadTestController, scheduleController);

  let isReady = false;
  let listening: ListeningTime | undefined;
  const metricsServer = await listen(
    config.metricsPort,
    observability({
      registry,
      // Only the leader exports the metrics of tests: a sum over replicas would count them twice.
      tests: () => (isLeading ? ours() : []),
      updates,
      scrapers,
      deleted: deletedTests,
      now,
      isReady: () => isReady,
    }),
  );

  await cluster.start();
  isReady = true;
  const leadership = await elect?.(client);
  listening = new ListeningTime(now);
  isLeading = true;
  const authenticator = new Authenticator((token, audience) => reviewToken(client, token, audience), now);
  const reportServer = await listen(
    config.reportPort,
    updateHandler(
      {
        authenticate: authenticator.authenticate,
        pod: (namespace, name) => cluster.pods.get(namespace, name),
        job: knownJob,
        test: (namespace, name) => tests.get(namespace, name),
        updates,
        changes,
        holdMs: HOLD_MS,
        bodies: new BodyReader({ budgetBytes: BODIES_BYTES }),
        pods: new PodLimits(now),
        addresses: { denied: config.limits.deniedAddresses, hosts: config.limits.allowedHosts },
        enqueue,
        now,
      },
      log,
      metrics.reported,
    ),
    CONNECTIONS,
  );
  push?.start();
  serving?.start();
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
      notifier?.stop();
      changes.close();
      listening.stop();
      serving?.stop();
      await Promise.all([...working, reportServer.close(), push?.stop()]);
      await leadership?.release();
      await cluster.stop();
      await metricsServer.close();
      await kube.close();
    },
  };
}
