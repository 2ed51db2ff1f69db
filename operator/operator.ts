import { Registry } from 'prom-client';
import { TOKEN_AUDIENCE } from '../api/common/names.ts';
import { Scrapers } from '../model/lifecycle/scrapers.ts';
import { KubeClient } from './kube/client.ts';
import { loadKubeConfig } from './kube/config.ts';
import type { Leadership } from './leader/election.ts';
import { LoadTestController } from './loadtest/controller.ts';
import { localState } from './local-state.ts';
import { DeletedTests } from './metrics/deleted-tests.ts';
import { observability } from './metrics/endpoint.ts';
import { firstScrapeMs } from './metrics/first-scrape.ts';
import { operatorMetrics } from './metrics/operator-metrics.ts';
import { Notifier } from './notifications/notifier.ts';
import { enqueueGathered, reactions } from './reactions.ts';
import { listenForRunners } from './runner-endpoint/listen.ts';
import type { Config } from './runtime/config.ts';
import { type Controller, runController } from './runtime/controller.ts';
import { listen } from './runtime/http.ts';
import { ListeningTime } from './runtime/listening-time.ts';
import type { Log } from './runtime/log.ts';
import { ScheduleController } from './scheduled/controller.ts';
import { Serving } from './serving/serving.ts';

/** Each worker mostly waits for the API server, and a hundred tests may begin at once. */
const WORKERS = 32;

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
  const state = localState({ client, namespace: config.watchNamespace, log });
  const { cluster, tests, schedules, knownJob, updates, changes } = state;
  const scrapers = new Scrapers(SCRAPER_MS);
  const deletedTests = new DeletedTests(scrapers);
  const startedMs = now();

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
  let listening: ListeningTime | undefined;
  const loadTestController = new LoadTestController({
    ...{ client, config, tests, knownJob, updates, now, log, push, notifier, serving },
    jobs: cluster.jobs,
    pods: cluster.pods,
    firstScrapeMs: () => {
      const nowMs = now();
      return firstScrapeMs(config, { isScraped: scrapers.expected(nowMs).size > 0, sinceMs: startedMs, nowMs });
    },
    listeningSinceMs: () => listening?.sinceMs() ?? 0,
  });
  const scheduleController = new ScheduleController({
    ...{ client, schedules, now, log, serving },
    limits: config.limits,
    tests: cluster.tests,
  });
  controllers.push(loadTestController, scheduleController);

  let isReady = false;
  const metricsServer = await listen(
    config.metricsPort,
    observability({
      ...{ registry, updates, scrapers, now },
      // Only the leader exports the metrics of tests: a sum over replicas would count them twice.
      tests: () => (isLeading ? ours() : []),
      deleted: deletedTests,
      isReady: () => isReady,
    }),
  );

  await state.start(
    reactions({
      ...{ state, loadTestController, scheduleController, serving, deletedTests, now },
      isLeading: () => isLeading,
    }),
  );
  isReady = true;
  const leadership = await elect?.(client);
  listening = new ListeningTime(now);
  isLeading = true;
  const reportServer = await listenForRunners({
    ...{ client, config, updates, changes, now, log },
    pod: (namespace, name) => cluster.pods.get(namespace, name),
    job: knownJob,
    test: (namespace, name) => tests.get(namespace, name),
    enqueue: (key, replicas) => enqueueGathered(loadTestController, key, replicas),
    count: metrics.reported,
  });
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
