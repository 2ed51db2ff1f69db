import { withTempDir } from '../test/cluster/system/tempdir.ts';
import type { Log } from './install.ts';
import type { Options } from './options.ts';
import { CONNECTIONS, SCENARIOS } from './scenario.ts';
import { formatSpread, spreadOf, table } from './statistics.ts';
import { describeMachine, type Machine, machine, store } from './store.ts';
import { startTarget } from './target.ts';
import { cpuEach, describe, runOnce, type Run as ToolRun } from './tool-run.ts';
import { loadtest } from './tools/ours.ts';
import { wrk } from './tools/wrk.ts';

/** The cores that workers share with the target. */
const CORES = { 1: [1], 2: [0, 1] } as const;
const WORKERS = [1, 2] as const;
const TOOLS = [wrk, loadtest];
const CLOSED = SCENARIOS.find(({ name }) => name === 'closed')!;

type Run = ToolRun & { workers: number };

/**
 * The throughput that a second worker adds. Two workers on two cores share them with the target, which costs cache. Therefore one worker shares
 * its core with a target of one process, and two share theirs with a target of two. wrk's threads show the remaining overhead.
 */
export async function benchWorkers(options: Options, log: Log): Promise<void> {
  const ready = await Promise.all(TOOLS.map(async (tool) => ({ tool, program: await tool.install(log) })));
  const { rounds, seconds } = options;
  const runs: Run[] = [];
  for (let round = 1; round <= rounds; round++) {
    for (const workers of WORKERS) {
      const cores = CORES[workers];
      await withTempDir(async (dir) => {
        const target = await startTarget(dir, cores, log);
        try {
          for (const tool of ready) {
            const run = await runOnce(tool, CLOSED, { round, seconds, dir, target, cores, workers });
            if ('reason' in run) throw new Error(`${run.tool}: ${run.reason}`);
            runs.push({ ...run, workers });
            log(`round ${round}, ${workers} workers, ${describe(run)}`);
          }
        } finally {
          await target.close();
        }
      });
    }
  }
  const result = { machine: machine(), seconds, rounds, runs };
  store(options.out, 'workers', result, report(result), log);
}

function report(result: { machine: Machine; seconds: number; rounds: number; runs: readonly Run[] }): string {
  const { rounds, seconds, runs } = result;
  const rows = TOOLS.flatMap(({ name }) => {
    const of = (workers: number) => runs.filter((r) => r.tool === name && r.workers === workers);
    const gainOf = (gain: (one: Run, two: Run) => number) =>
      formatSpread(spreadOf(of(2).map((two) => gain(of(1).find((one) => one.round === two.round)!, two))), 2);
    return WORKERS.map((workers) => [
      name,
      `${workers}`,
      formatSpread(spreadOf(of(workers).map(cpuEach)), 1),
      Math.round(spreadOf(of(workers).map((r) => r.requests / seconds))!.median).toLocaleString('en'),
      workers === 1 ? '1' : gainOf((one, two) => (2 * cpuEach(one)) / cpuEach(two)),
      workers === 1 ? '1' : gainOf((one, two) => two.requests / one.requests),
    ]);
  });
  return [
    '# One and two workers',
    '',
    describeMachine(result.machine),
    `${rounds} rounds of ${seconds} s in turns, closed loop, ${CONNECTIONS} connections; minimum / median / maximum. Every worker shares a core with a`,
    'process of the target. CPU is user and system time of the generator alone, including its start. The last columns are the throughput as a',
    'multiple of one worker: as the CPU time per request allows, and as measured, which also depends on the target and the machine.',
    '',
    table(['tool', 'workers', 'CPU per request, µs', 'requests/s', 'by CPU per request', 'by requests/s'], rows),
  ].join('\n');
}
