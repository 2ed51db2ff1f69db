import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'undici';
import { formatMicroseconds } from '../api/common/duration.ts';
import { LONG_POLL_HEADER, RUNNER_UPDATE_PATH } from '../api/protocol/exchange.ts';
import type { Instruction } from '../api/protocol/instruction.ts';
import type { RunnerUpdateMessage } from '../api/protocol/runner-update.ts';
import { until } from '../test/cluster/system/wait.ts';
import { SimulatedNode } from '../test/integration/support/simulated-node.ts';
import type { TestServer } from '../test/integration/support/test-server.ts';
import type { Log } from './install.ts';
import { type SimulatedLoad, simulateLoad } from './scale-load.ts';
import { startOperatorProcess, type Usage } from './scale-operator.ts';
import { quantile } from './statistics.ts';

const NAME = 'many-runners';
/** Concurrent calls to the API server that simulate nodes. */
const AT_ONCE = 20;
const LATEST_MS = 300_000;

type Latencies = { count: number; p50Ms: number; p99Ms: number; maxMs: number };

export type ManyRunners = {
  runners: number;
  seconds: number;
  /** Usage while runners arrive and wait, under load, and while the final updates arrive. */
  waiting: { usage: Usage; responses: Latencies };
  underLoad: { usage: Usage; responses: Latencies; nextReportMs: number };
  ending: { usage: Usage; responses: Latencies };
  /** From the last final update until the LoadTest is Complete, in ms. */
  completeMs: number;
  peakMiB: number;
  /** POST, PATCH and DELETE requests of the operator, except one TokenReview per runner. */
  writes: number;
  /** Differences between the merged result and the simulated load; empty if it is correct. */
  wrong: string[];
};

/** One LoadTest with many simulated runners, each with a token and a connection of its own. */
export async function manyRunners(
  server: TestServer,
  runners: number,
  seconds: number,
  log: Log,
): Promise<ManyRunners> {
  const load = simulateLoad(seconds);
  const operator = await startOperatorProcess(server.kubeconfig);
  const clients: Client[] = [];
  try {
    const node = new SimulatedNode(server, 'default');
    const before = await operator.metrics();
    await node.apply(NAME, {
      target: { url: 'http://checkout.shop.svc' },
      load: { type: 'Open', open: { stages: [{ duration: `${seconds}s`, rate: 50 * runners }] } },
      runners: { replicas: runners, readyTimeout: '10m' },
    });
    const pods = await until(
      'the pods',
      async () => {
        const found = await node.children<Parameters<SimulatedNode['token']>[0] & object>('/api/v1', NAME);
        return found.length === runners ? found : undefined;
      },
      { timeoutMs: LATEST_MS, intervalMs: 2000 },
    );
    log('the pods are created');
    const tokens = await inTurn(pods, async (pod) => {
      await node.setPodStatus(pod, { phase: 'Running' });
      return node.token(pod);
    });
    log('the runners have their tokens');
    clients.push(...tokens.map(() => new Client(`http://127.0.0.1:${operator.reportPort}`)));
    const stages: Stage[] = ['waiting', 'underLoad', 'ending'].map(() => ({ latencies: [], enteredBy: 0 }));
    const state: RunnersState = { stages, load, seconds, lastFinalAt: 0, nextReportMs: 0 };

    const measured: Usage[] = [];
    const follow = async () => {
      for (const [i, stage] of stages.entries()) {
        const usage = operator.measure();
        const next = stages[i + 1];
        while (next === undefined ? state.completeAt === undefined : next.enteredBy < runners) await sleep(20);
        measured.push(usage());
        log(`${['waiting', 'under load', 'ending'][i]}: ${stage.latencies.length} updates`);
      }
    };
    const untilComplete = async () => {
      while (state.completeAt === undefined) {
        await sleep(100);
        if (stages[2]!.enteredBy < runners) continue;
        const status = await node.status(NAME);
        if (status.conditions?.some((c) => c.type === 'Complete' && c.status === 'True'))
          state.completeAt = performance.now();
      }
    };
    await Promise.all([
      follow(),
      untilComplete(),
      ...clients.map((client, i) => simulateRunner(state, client, tokens[i]!, indexOf(pods[i]!))),
    ]);
    const after = await operator.metrics();
    const status = await node.status(NAME);
    const [waiting, underLoad, ending] = stages.map((stage, i) => ({
      usage: measured[i]!,
      responses: latenciesOf(stage),
    }));
    return {
      runners,
      seconds,
      waiting: waiting!,
      underLoad: { ...underLoad!, nextReportMs: state.nextReportMs },
      ending: ending!,
      completeMs: state.completeAt! - state.lastFinalAt,
      peakMiB: operator.peakMiB(),
      writes: mutations(after) - mutations(before) - runners,
      wrong: wrongIn(status, load, runners),
    };
  } finally {
    await operator.stop();
    await Promise.all(clients.map((client) => client.destroy()));
  }
}

type Stage = { latencies: number[]; enteredBy: number };
export type RunnersState = {
  stages: Stage[];
  load: SimulatedLoad;
  seconds: number;
  lastFinalAt: number;
  nextReportMs: number;
  completeAt?: number;
};

/** Simulates one runner from its first update until Accepted; it reports at the times that the operator requests. */
export async function simulateRunner(state: RunnersState, client: Client, token: string, index: number): Promise<void> {
  const [waiting, underLoad, ending] = state.stages;
  await sleep(Math.random() * 1000);
  let instruction = await send(waiting!, client, token, { phase: 'Starting' });
  while (instruction.instruction !== 'Prepare') {
    await sleep(instruction.nextReportMs);
    instruction = await send(waiting!, client, token, { phase: 'Starting' });
  }
  while (instruction.instruction !== 'Start') {
    instruction = await send(waiting!, client, token, { phase: 'Ready' });
    if (instruction.instruction !== 'Start') await sleep(instruction.nextReportMs);
  }
  underLoad!.enteredBy++;
  await sleep((instruction.startAtMs ?? instruction.nowMs) - instruction.nowMs);
  const startedAt = performance.now();
  const elapsed = () => performance.now() - startedAt;
  // As in the runner: the first update after a random part of the pause, so that the updates spread.
  await sleep(Math.random() * instruction.nextReportMs);
  while (elapsed() < state.seconds * 1000) {
    const snapshot = state.load.of(index, Math.floor(elapsed() / 1000));
    instruction = await send(underLoad!, client, token, { phase: 'Running', snapshot });
    state.nextReportMs = instruction.nextReportMs;
    await sleep(Math.min(instruction.nextReportMs, Math.max(0, state.seconds * 1000 - elapsed())));
  }
  ending!.enteredBy++;
  const last: RunnerUpdateMessage = { phase: 'Finished', snapshot: state.load.of(index, state.seconds) };
  for (let first = true; instruction.instruction !== 'Accepted'; first = false) {
    const windows = instruction.wantsIntervals ? state.load.intervals(index) : 'Kept';
    instruction = await send(ending!, client, token, { ...last, windows });
    // The operator processed the update at its arrival and held the response.
    if (first) state.lastFinalAt = Math.max(state.lastFinalAt, performance.now() - (instruction.heldMs ?? 0));
    if (instruction.instruction !== 'Accepted') await sleep(instruction.nextReportMs);
  }
}

async function send(stage: Stage, client: Client, token: string, update: RunnerUpdateMessage): Promise<Instruction> {
  const body = JSON.stringify(update);
  for (;;) {
    const began = performance.now();
    const response = await client.request({
      method: 'POST',
      path: RUNNER_UPDATE_PATH,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...LONG_POLL_HEADER },
      body,
    });
    const instruction = (await response.body.json()) as Instruction & { error?: string };
    stage.latencies.push(performance.now() - began - (instruction.heldMs ?? 0));
    if (response.statusCode === 200) return instruction;
    // The operator's watch has not delivered the pod yet, or the TokenReview failed.
    if (response.statusCode !== 404 && response.statusCode !== 503)
      throw new Error(`${response.statusCode}: ${instruction.error}`);
    await sleep(500);
  }
}

function latenciesOf({ latencies }: Stage): Latencies {
  const sorted = latencies.toSorted((a, b) => a - b);
  return { count: sorted.length, p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99), maxMs: sorted.at(-1)! };
}

/** Without PUT, which renews the Lease. */
function mutations(metrics: Map<string, number>): number {
  const isOne = (name: string) => /^loadtest_operator_api_requests_total\{.*method="(POST|PATCH|DELETE)"/.test(name);
  return [...metrics].filter(([name]) => isOne(name)).reduce((sum, [, value]) => sum + value, 0);
}

function wrongIn(status: Awaited<ReturnType<SimulatedNode['status']>>, load: SimulatedLoad, runners: number): string[] {
  const { done, responseTime } = load.total(runners);
  const at = (p: number) => formatMicroseconds(responseTime.valueAtPercentile(p)!);
  const rows: [string, unknown, unknown][] = [
    ['done', status.counts?.done, done],
    ['succeeded', status.runners?.succeeded, runners],
    ['p50', status.responseTime?.p50, at(50)],
    ['p99', status.responseTime?.p99, at(99)],
    ['p999', status.responseTime?.p999, at(99.9)],
    ['max', status.responseTime?.max, at(100)],
  ];
  return rows
    .filter(([, actual, expected]) => actual !== expected)
    .map(([field, actual, expected]) => `${field} is ${actual} instead of ${expected}`);
}

function indexOf(pod: { metadata: { labels?: Record<string, string> } }): number {
  return Number(pod.metadata.labels?.['batch.kubernetes.io/job-completion-index']);
}

/** Runs `work` for each item with bounded concurrency; results are in order. */
export async function inTurn<T, R>(items: readonly T[], work: (item: T, i: number) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i]!, i);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
