import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'undici';
import { SimulatedNode } from '../../test/integration/support/simulated-node.ts';
import type { TestServer } from '../../test/integration/support/test-server.ts';
import type { Log } from '../install.ts';
import { finishedStatus, LOAD_SECONDS, makeFinished, post, SPEC } from './finished-test.ts';
import { inTurn } from './in-turn.ts';
import { simulateLoad } from './load.ts';
import { type OperatorProcess, startOperatorProcess, type Usage } from './operator.ts';
import { waitP99 } from './operator-metrics.ts';
import { type RunnersState, simulateRunner } from './simulated-runner.ts';

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

/** Creates the active tests together, simulates the runner of each, and waits until all are complete. */
async function runActive(server: TestServer, operator: OperatorProcess, active: number): Promise<void> {
  const node = new SimulatedNode(server, 'default');
  const load = simulateLoad(LOAD_SECONDS);
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
      const state: RunnersState = { stages, load, seconds: LOAD_SECONDS, lastFinalAt: 0, nextReportMs: 0 };
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
