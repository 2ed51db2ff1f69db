import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'undici';
import { API_VERSION, LOAD_TEST } from '../api/common/group.ts';
import { jobName, LABEL_MANAGED_BY, LABEL_TEST, LABEL_TEST_UID, MANAGER } from '../api/common/names.ts';
import { loadTestSpecSchema } from '../api/loadtest/loadtest.ts';
import type { LoadTestStatus } from '../api/status/loadtest-status.ts';
import { formatIntervals, intervalsOf } from '../model/compare/intervals.ts';
import { PERCENTILES } from '../model/compare/quantiles.ts';
import { judge } from '../model/judge/verdict.ts';
import { summarise } from '../model/measure/summary.ts';
import { resultStatus } from '../model/result/result-status.ts';
import { SimulatedNode } from '../test/integration/support/simulated-node.ts';
import type { TestServer } from '../test/integration/support/test-server.ts';
import type { Log } from './install.ts';
import { simulateLoad } from './scale-load.ts';
import { type OperatorProcess, startOperatorProcess, type Usage } from './scale-operator.ts';
import { inTurn, type RunnersState, simulateRunner } from './scale-runners.ts';

const SECONDS = 20;
const NAMESPACES = 10;

export type ManyTests = {
  finished: number;
  active: number;
  /** Size of a finished LoadTest in the API server. */
  bytesOfOne: number;
  /** From the start of the process until it has listed all tests, and until it has reconciled each. */
  restart: { readyMs: number; reconciledMs: number };
  /** Usage with finished tests only, and while the active ones begin, run and end. */
  idle: Usage;
  busy: Usage;
  peakMiB: number;
  /** 99th percentile of the queue wait while the active tests ran, as a bucket of the operator's metric, in seconds. */
  queueWaitP99: number;
  scrape: { ms: number; series: number };
};

/** Thousands of finished LoadTests with their Jobs, while others run. */
export async function manyTests(
  server: TestServer,
  { finished, active }: { finished: number; active: number },
  log: Log,
): Promise<ManyTests> {
  const namespaces = Array.from({ length: NAMESPACES }, (_, i) => `team-${i}`);
  for (const name of namespaces) await post(server, '/api/v1/namespaces', { metadata: { name } });
  const status = finishedStatus();
  const bytes = await inTurn(Array.from({ length: finished }), (_, i) =>
    makeFinished(server, namespaces[i % NAMESPACES]!, `finished-${i}`, status),
  );
  log(`${finished} finished LoadTests are created`);

  const operator = await startOperatorProcess(server.kubeconfig);
  try {
    const reconciledMs = operator.readyMs + (await untilIdle(operator));
    log(`ready after ${operator.readyMs.toFixed()} ms, all reconciled after ${reconciledMs.toFixed()} ms`);
    const idle = await during(operator, () => sleep(10_000));
    const began = performance.now();
    const series = (await operator.metrics()).size;
    const scrape = { ms: performance.now() - began, series };
    const before = await operator.metrics();
    const busy = await during(operator, () => runActive(server, operator, active));
    const queueWaitP99 = waitP99(before, await operator.metrics());
    log('the active ones are complete');
    return {
      finished,
      active,
      bytesOfOne: Math.round(bytes.reduce((sum, b) => sum + b, 0) / finished),
      restart: { readyMs: operator.readyMs, reconciledMs },
      idle,
      busy,
      peakMiB: operator.peakMiB(),
      queueWaitP99,
      scrape,
    };
  } finally {
    await operator.stop();
  }
}

const SPEC = {
  target: { url: 'http://checkout.shop.svc:8080/api' },
  requests: [
    { name: 'list', method: 'GET', path: '/orders', headers: [{ name: 'X-Run', value: 'bench' }] },
    { name: 'create', method: 'POST', path: '/orders', body: { type: 'JSON', json: { sku: 'a1', qty: 2 } } },
  ],
  load: { type: 'Open', open: { stages: [{ duration: `${SECONDS}s`, rate: 50 }] } },
  thresholds: [
    { metric: 'responseTime.p99', max: '250ms' },
    { metric: 'errors', max: '0.5%' },
  ],
};

/** The status of a completed test as the operator writes it. */
function finishedStatus(): LoadTestStatus {
  const spec = loadTestSpecSchema.parse(SPEC);
  const snapshot = simulateLoad(SECONDS).last(0);
  const requests = spec.requests.map(({ name }) => ({ ...snapshot.requests[0]!, name }));
  const summary = summarise(spec, [{ ...snapshot, requests }]);
  const verdict = judge(spec, summary, { desired: 1, lost: 0 });
  const now = new Date().toISOString();
  const row = { end: 1000, ended: 50, done: 50, errors: 0, p50: 8123, p95: 21_345, p99: 34_567 };
  const rest = { timed: 50, above50: 25, above95: 3, above99: 1 };
  const intervals = {
    ...intervalsOf(Array.from({ length: 20 }, (_, i) => ({ ...row, ...rest, end: 1000 * (i + 1) }))),
    quantiles: PERCENTILES.map((percentile) => Math.round(100 * percentile)),
  };
  const condition = (type: string, status: 'True' | 'False') => ({
    ...{ type, status, reason: 'Finished', message: verdict.passed.message },
    ...{ observedGeneration: 1, lastTransitionTime: `${now.slice(0, 19)}Z` },
  });
  return {
    observedGeneration: 1,
    conditions: [
      ...['Accepted', 'Ready', 'Complete', 'Passed'].map((type) => condition(type, 'True')),
      ...['Running', 'GeneratorSaturated'].map((type) => condition(type, 'False')),
    ] as NonNullable<LoadTestStatus['conditions']>,
    ...{ startTime: now, loadStartTime: now, completionTime: now },
    runners: { desired: 1, ready: 1, succeeded: 1, lost: 0 },
    ...resultStatus(summary, verdict),
    windows: formatIntervals(intervals),
    report: { configMapRef: { name: 'finished-report' } },
  };
}

/** Creates a finished LoadTest and its Job; returns the size of the LoadTest. */
async function makeFinished(
  server: TestServer,
  namespace: string,
  name: string,
  status: LoadTestStatus,
): Promise<number> {
  const path = `/apis/loadtest.dev/v1alpha1/namespaces/${namespace}/loadtests`;
  const created = await post(server, path, {
    apiVersion: API_VERSION,
    kind: LOAD_TEST.kind,
    metadata: { name },
    spec: SPEC,
  });
  const { uid } = created.metadata as { uid: string };
  const { code, body } = await server.call({
    method: 'PATCH',
    path: `${path}/${name}/status`,
    contentType: 'application/merge-patch+json',
    body: { status },
  });
  if (code !== 200) throw new Error(body.message);
  const labels = { [LABEL_MANAGED_BY]: MANAGER, [LABEL_TEST]: name, [LABEL_TEST_UID]: uid };
  const containers = [{ name: 'runner', image: 'bench', env: [{ name: 'LOADTEST_NAME', value: name }] }];
  await post(server, `/apis/batch/v1/namespaces/${namespace}/jobs`, {
    metadata: { name: jobName({ name, uid }), labels },
    // Suspended, so that the Job controller creates no pods for a finished test.
    spec: { suspend: true, template: { spec: { restartPolicy: 'Never', containers } } },
  });
  return JSON.stringify(body).length;
}

async function post(server: TestServer, path: string, body: unknown): Promise<Record<string, unknown>> {
  const response = await server.call({ method: 'POST', path, body });
  if (response.code !== 201) throw new Error(response.body.message);
  return response.body;
}

/** Creates the active tests together, simulates the runner of each, and waits until all are complete. */
async function runActive(server: TestServer, operator: OperatorProcess, active: number): Promise<void> {
  const node = new SimulatedNode(server, 'default');
  const load = simulateLoad(SECONDS);
  await inTurn(Array.from({ length: active }), async (_, i) => {
    const { requests: _r, ...spec } = SPEC;
    await node.apply(`active-${i}`, spec);
  });
  const clients: Client[] = [];
  await Promise.all(
    Array.from({ length: active }, async (_, i) => {
      await sleep(100 * i);
      const [pod] = await node.pods(`active-${i}`, 1);
      await node.setPodStatus(pod!, { phase: 'Running' });
      const token = await node.token(pod);
      const client = new Client(`http://127.0.0.1:${operator.reportPort}`);
      clients.push(client);
      const stages = ['waiting', 'underLoad', 'ending'].map(() => ({ latencies: [], enteredBy: 0 }));
      const state: RunnersState = { stages, load, seconds: SECONDS, lastFinalAt: 0, nextReportMs: 0 };
      await simulateRunner(state, client, token, i);
      const { counts } = await node.status(`active-${i}`);
      if (counts?.done !== load.total(1).done) throw new Error(`active-${i}: ${counts?.done} done`);
    }),
  );
  await Promise.all(clients.map((client) => client.destroy()));
}

async function during(operator: OperatorProcess, work: () => Promise<unknown>): Promise<Usage> {
  const usage = operator.measure();
  await work();
  return usage();
}

/** Milliseconds until the work queue is empty. */
async function untilIdle(operator: OperatorProcess): Promise<number> {
  const began = performance.now();
  const depth = 'loadtest_operator_queue_depth{controller="loadtest"}';
  while ((await operator.metrics()).get(depth) !== 0) await sleep(50);
  return performance.now() - began;
}

function waitP99(before: Map<string, number>, after: Map<string, number>): number {
  const buckets = [...after].flatMap(([name, value]) => {
    const le = /^loadtest_operator_queue_wait_seconds_bucket\{.*le="([^"]+)".*controller="loadtest"/.exec(name)?.[1];
    const limit = le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le);
    return le === undefined ? [] : [{ limit, count: value - (before.get(name) ?? 0) }];
  });
  const all = Math.max(...buckets.map((b) => b.count));
  return buckets.sort((a, b) => a.limit - b.limit).find((b) => b.count >= 0.99 * all)!.limit;
}
