import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'undici';
import { formatMicroseconds } from '../../api/common/duration.ts';
import { until } from '../../test/cluster/system/wait.ts';
import { SimulatedNode } from '../../test/integration/support/simulated-node.ts';
import type { TestServer } from '../../test/integration/support/test-server.ts';
import type { Log } from '../install.ts';
import { quantile } from '../statistics.ts';
import { inTurn } from './in-turn.ts';
import { type SimulatedLoad, simulateLoad } from './load.ts';
import { startOperatorProcess, type Usage } from './operator.ts';
import { changesIn } from './operator-metrics.ts';
import { type RunnersState, type Stage, simulateRunner } from './simulated-runner.ts';

const NAME = 'many-runners';
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
      writes: changesIn(after) - changesIn(before) - runners,
      wrong: wrongIn(status, load, runners),
    };
  } finally {
    await operator.stop();
    await Promise.all(clients.map((client) => client.destroy()));
  }
}

function latenciesOf({ latencies }: Stage): Latencies {
  const sorted = latencies.toSorted((a, b) => a - b);
  return { count: sorted.length, p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99), maxMs: sorted.at(-1)! };
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
