import { withTempDir } from '../test/cluster/tempdir.ts';
import type { Log } from './install.ts';
import { measured } from './measured.ts';
import type { Options } from './options.ts';
import { CONNECTIONS } from './scenario.ts';
import { writeLoadTest } from './spec.ts';
import { formatSpread, spreadOf, table } from './statistics.ts';
import { describeMachine, type Machine, machine, store } from './store.ts';
import { startTarget } from './target.ts';
import { loadtest } from './tools/ours.ts';
import { wrk } from './tools/wrk.ts';

/** What one worker shares with the target; of two each shares one of these. */
const CORES = { 1: [1], 2: [0, 1] } as const;
const GRACE_MS = 60_000;
const WORKERS = [1, 2] as const;
const WHO = ['wrk', 'loadtest'] as const;

type Workers = (typeof WORKERS)[number];
type Who = (typeof WHO)[number];
type Run = { who: Who; workers: Workers; round: number; requests: number; cpuMs: number };

/**
 * What a second worker adds. Two workers on two cores have to share them with their target, and sharing costs caches; so one worker
 * shares its core with a target of one process, and two share theirs with one of two. What that leaves of two is seen in wrk's threads.
 */
export async function benchWorkers(options: Options, log: Log): Promise<void> {
  const programs = { wrk: await wrk.install(log), loadtest: await loadtest.install(log) };
  const runs: Run[] = [];
  for (let round = 1; round <= options.rounds; round++) {
    for (const workers of WORKERS) {
      for (const run of await runsOf(workers, programs, options.seconds, log)) {
        runs.push({ ...run, round });
        log(
          `round ${round}, ${workers} of ${run.who}: ${run.requests} requests, ${costOf(run).toFixed(1)} us of CPU each`,
        );
      }
    }
  }
  const result = { machine: machine(), seconds: options.seconds, rounds: options.rounds, runs };
  store(options.out, 'workers', result, report(result), log);
}

/** One run of each with so many workers, against the same target. */
async function runsOf(
  workers: Workers,
  programs: Record<Who, readonly string[]>,
  seconds: number,
  log: Log,
): Promise<Omit<Run, 'round'>[]> {
  return withTempDir(async (dir) => {
    const target = await startTarget(dir, CORES[workers], log);
    const file = writeLoadTest(dir, {
      target: { url: target.url },
      load: { type: 'Closed', closed: { users: CONNECTIONS, duration: `${seconds}s` } },
      runners: { replicas: workers },
    });
    const words = {
      wrk: [`-t${workers}`, `-c${CONNECTIONS}`, `-d${seconds}s`, target.url],
      loadtest: ['run', file, '-o', 'json'],
    };
    const runs: Omit<Run, 'round'>[] = [];
    try {
      for (const who of WHO) {
        const before = await target.requests();
        const command = ['taskset', '-c', CORES[workers].join(','), ...programs[who], ...words[who]];
        const { code, stderr, cpuMs } = await measured(command, { timeoutMs: seconds * 1e3 + GRACE_MS });
        // Inconclusive is a whole run, too: a closed loop at full speed is limited by the generator, and it says so.
        if (code !== 0 && code !== 2) throw new Error(`${who}: exit code ${code}: ${stderr}`);
        runs.push({ who, workers, requests: (await target.requests()) - before, cpuMs });
      }
    } finally {
      await target.close();
    }
    return runs;
  });
}

/** Microseconds of CPU time a request. */
function costOf({ cpuMs, requests }: Pick<Run, 'cpuMs' | 'requests'>): number {
  return (cpuMs * 1e3) / requests;
}

function report(result: { machine: Machine; seconds: number; rounds: number; runs: readonly Run[] }): string {
  const { rounds, seconds, runs } = result;
  const rows = WHO.flatMap((who) => {
    const of = (workers: Workers) => runs.filter((r) => r.who === who && r.workers === workers);
    const beside = (gain: (one: Run, two: Run) => number) =>
      formatSpread(spreadOf(of(2).map((two) => gain(of(1).find((one) => one.round === two.round)!, two))), 2);
    return WORKERS.map((workers) => [
      who,
      `${workers}`,
      formatSpread(spreadOf(of(workers).map(costOf)), 1),
      Math.round(spreadOf(of(workers).map((r) => r.requests / seconds))!.median).toLocaleString('en'),
      workers === 1 ? '1' : beside((one, two) => (2 * costOf(one)) / costOf(two)),
      workers === 1 ? '1' : beside((one, two) => two.requests / one.requests),
    ]);
  });
  return [
    '# Two workers beside one',
    '',
    describeMachine(result.machine),
    `${rounds} rounds of ${seconds} s in turns, closed loop, ${CONNECTIONS} connections, minimum / median / maximum. Every worker shares a core with a`,
    'process of the target. CPU is user and system time of the generator alone, its start included. From it follows what as many cores make',
    'of their own, N through the cost, as a multiple of one worker; beside it what was made, which tells of the target and the machine, too.',
    '',
    table(['who', 'workers', 'CPU per request, µs', 'requests/s', 'by CPU per request', 'by requests/s'], rows),
  ].join('\n');
}
