import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { withTempDir } from '../test/cluster/tempdir.ts';
import type { Log } from './install.ts';
import { measured } from './measured.ts';
import type { Options } from './options.ts';
import { CONNECTIONS } from './scenario.ts';
import { writeLoadTest } from './spec.ts';
import { formatSpread, spreadOf, table } from './statistics.ts';
import { describeMachine, type Machine, machine, store } from './store.ts';
import { startTarget, type Target } from './target.ts';
import { loadtest } from './tools/ours.ts';

const TARGET_CORE = 0;
const GENERATOR_CORE = 1;
const GRACE_MS = 60_000;
const WORKERS = [1, 2] as const;

type Workers = (typeof WORKERS)[number];
type Run = { workers: Workers; round: number; requests: number; cpuMs: number };

/**
 * What a second worker adds. On two cores two workers and their target cannot each have one, so that requests a second would tell of the
 * target; what can be told is what a request costs: with N cores of their own, workers make N / cost of them.
 */
export async function benchWorkers(options: Options, log: Log): Promise<void> {
  const runs: Run[] = [];
  await withTempDir(async (dir) => {
    const target = await startTarget(dir, TARGET_CORE, log);
    try {
      for (let round = 1; round <= options.rounds; round++) {
        for (const workers of WORKERS) {
          const run = { workers, round, ...(await runOnce(workers, { dir, target, seconds: options.seconds, log })) };
          runs.push(run);
          log(`round ${round}, ${workers} workers: ${run.requests} requests, ${costOf(run).toFixed(1)} us of CPU each`);
        }
      }
    } finally {
      await target.close();
    }
  });
  const result = { machine: machine(), seconds: options.seconds, rounds: options.rounds, runs };
  store(options.out, 'workers', result, report(result), log);
}

async function runOnce(
  workers: Workers,
  { dir: parent, target, seconds, log }: { dir: string; target: Target; seconds: number; log: Log },
): Promise<Pick<Run, 'requests' | 'cpuMs'>> {
  const dir = join(parent, `${workers}`);
  mkdirSync(dir, { recursive: true });
  const file = writeLoadTest(dir, {
    target: { url: target.url },
    load: { type: 'Closed', closed: { users: CONNECTIONS, duration: `${seconds}s` } },
    runners: { replicas: workers },
  });
  const command = [...(await loadtest.install(log)), 'run', file, '-o', 'json'];
  const before = await target.requests();
  // A single worker has the core that the target leaves it, as in the other benches.
  const place = workers === 1 ? { core: GENERATOR_CORE } : {};
  const { code, stderr, cpuMs } = await measured(command, { ...place, timeoutMs: seconds * 1e3 + GRACE_MS });
  if (code !== 0 && code !== 2) throw new Error(`exit code ${code}: ${stderr}`);
  return { requests: (await target.requests()) - before, cpuMs };
}

/** Microseconds of CPU time a request. */
function costOf({ cpuMs, requests }: Run): number {
  return (cpuMs * 1e3) / requests;
}

function report(result: { machine: Machine; seconds: number; rounds: number; runs: readonly Run[] }): string {
  const { rounds, seconds, runs } = result;
  const of = (workers: Workers) => runs.filter((r) => r.workers === workers);
  const gains = of(2).map((two) => (2 * costOf(of(1).find((one) => one.round === two.round)!)) / costOf(two));
  const rows = WORKERS.map((workers) => [
    `${workers}`,
    formatSpread(spreadOf(of(workers).map(costOf)), 1),
    workers === 1 ? '1' : formatSpread(spreadOf(gains), 2),
  ]);
  return [
    '# Two workers beside one',
    '',
    describeMachine(result.machine),
    `${rounds} rounds of ${seconds} s in turns, closed loop, ${CONNECTIONS} connections, minimum / median / maximum. CPU is user and system time of`,
    '`loadtest run` with its start. One worker has a core of its own; two share both cores with the target, which costs them more than cores',
    'of their own would. Requests on N cores that are all theirs: N through the cost, here as a multiple of one worker.',
    '',
    table(['workers', 'CPU per request, µs', 'requests on as many cores'], rows),
  ].join('\n');
}
