import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import type { Assignment } from '../api/protocol/assignment.ts';
import type { Instruction } from '../api/protocol/instruction.ts';
import type { RunnerUpdateMessage } from '../api/protocol/runner-update.ts';
import { RUNNER_ENV, RUNNER_NODE_OPTIONS } from '../operator/loadtest/resources/pod-template.ts';
import { withTempDir } from '../test/cluster/system/tempdir.ts';
import type { Log } from './install.ts';
import type { Options } from './options.ts';
import { specOf } from './spec.ts';
import { formatSpread, spreadOf, table } from './statistics.ts';
import { describeMachine, machine, store } from './store.ts';
import { startTarget } from './target.ts';

const CONNECTIONS = 1_000;
/** About 50,000 requests per second with a fast target. */
const THINK_TIME = '20ms';
const SAMPLE_MS = 1_000;
/** The start, in which connections open and code is compiled. */
const START_MS = 10_000;

const SOURCE = join(import.meta.dirname, '../runner/main.ts');
const BUNDLE = join(import.meta.dirname, '../dist/image/runner.mjs');

type Sample = { atMs: number; residentMiB: number };

/** Measures the memory of a runner: the real program, with this process as its operator. */
export async function benchMemory(options: Options, log: Log): Promise<void> {
  const program = existsSync(BUNDLE) ? BUNDLE : SOURCE;
  log(`the runner is ${program}`);
  const { samples, done } = await withTempDir(async (dir) => {
    const target = await startTarget(dir, [0], log);
    try {
      return await run({ program, dir, url: target.url, seconds: Math.round(options.minutes * 60) });
    } finally {
      await target.close();
    }
  });
  const result = { machine: machine(), connections: CONNECTIONS, bundled: program === BUNDLE, done, samples };
  store(options.out, 'memory', result, report(result), log);
}

async function run({ program, dir, url, seconds }: { program: string; dir: string; url: string; seconds: number }) {
  const spec = specOf({
    target: { url },
    load: { type: 'Closed', closed: { users: CONNECTIONS, thinkTime: THINK_TIME, duration: `${seconds}s` } },
  });
  const assignment = { test: { namespace: 'bench', name: 'memory', uid: 'bench' }, spec, index: 0, replicas: 1 };
  const operator = await startOperator(assignment);
  const runner = startRunner(program, dir, operator.url);
  const samples: Sample[] = [];
  const began = performance.now();
  const sampler = setInterval(() => {
    if (operator.last()?.phase !== 'Running') return;
    samples.push({ atMs: Math.round(performance.now() - began), residentMiB: residentMiB(runner.pid!) });
  }, SAMPLE_MS);
  try {
    const ended = new Promise<never>((_, fail) =>
      runner.once('exit', (code) => fail(new Error(`runner: exit code ${code}`))),
    );
    const late = AbortSignal.timeout(seconds * 1e3 + 60_000);
    const overdue = new Promise<never>((_, fail) =>
      late.addEventListener('abort', () => fail(new Error('no final update'))),
    );
    const final = await Promise.race([operator.final, ended, overdue]);
    return { samples, done: final.snapshot?.requests[0]?.counts.done ?? 0 };
  } finally {
    clearInterval(sampler);
    runner.kill('SIGKILL');
    operator.server.close();
  }
}

function startRunner(program: string, dir: string, operatorUrl: string): ChildProcess {
  const [token, values] = [join(dir, 'token'), join(dir, 'values')];
  writeFileSync(token, 'bench');
  mkdirSync(values);
  const env = {
    ...process.env,
    ...RUNNER_ENV,
    LOADTEST_OPERATOR_URL: operatorUrl,
    LOADTEST_TOKEN_FILE: token,
    LOADTEST_VALUES_DIR: values,
    LOADTEST_METRICS_PORT: '19099',
    LOADTEST_NAMESPACE: 'bench',
    LOADTEST_NAME: 'memory',
    LOADTEST_RUNNER_INDEX: '0',
  };
  const command = [process.execPath, ...RUNNER_NODE_OPTIONS, program];
  return spawn('taskset', ['-c', '1', ...command], { env, stdio: ['ignore', 'ignore', 'inherit'] });
}

type Operator = {
  server: Server;
  url: string;
  last: () => RunnerUpdateMessage | undefined;
  final: Promise<RunnerUpdateMessage>;
};

/** The operator's side of the exchange with one runner: Prepare, Start, Continue, Accepted. */
function startOperator(assignment: Assignment): Promise<Operator> {
  let last: RunnerUpdateMessage | undefined;
  const { promise: final, resolve, reject } = Promise.withResolvers<RunnerUpdateMessage>();
  const server = createServer(async (request, response) => {
    last = (await json(request)) as RunnerUpdateMessage;
    if (last.phase === 'Finished') resolve(last);
    if (last.phase === 'Failed') reject(new Error(last.message));
    response.setHeader('content-type', 'application/json').end(JSON.stringify(instructionFor(last.phase, assignment)));
  });
  return new Promise((done) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      done({ server, url: `http://127.0.0.1:${port}`, last: () => last, final });
    });
  });
}

function instructionFor(phase: RunnerUpdateMessage['phase'], assignment: Assignment): Instruction {
  const nowMs = Date.now();
  const common = { nowMs, nextReportMs: 1_000 };
  if (phase === 'Starting') return { ...common, instruction: 'Prepare', assignment };
  if (phase === 'Ready') return { ...common, instruction: 'Start', startAtMs: nowMs + 500 };
  return { ...common, instruction: phase === 'Running' ? 'Continue' : 'Accepted' };
}

function residentMiB(pid: number): number {
  const kib = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) / 1024;
}

type Result = {
  machine: ReturnType<typeof machine>;
  connections: number;
  bundled: boolean;
  done: number;
  samples: readonly Sample[];
};

function report({ machine, connections, bundled, done, samples }: Result): string {
  const settled = samples.filter((s) => s.atMs - samples[0]!.atMs >= START_MS);
  const quarter = Math.ceil(settled.length / 4);
  const mib = (list: readonly Sample[]) => formatSpread(spreadOf(list.map((s) => s.residentMiB)), 1);
  const seconds = ((samples.at(-1)?.atMs ?? 0) - (samples[0]?.atMs ?? 0)) / 1e3;
  return [
    '# Memory of a runner',
    '',
    describeMachine(machine),
    `The runner ${bundled ? 'as bundled' : 'from its sources'} with ${connections} connections for ${seconds.toFixed(0)} s,`,
    `${Math.round(done / Math.max(1, seconds)).toLocaleString('en')} requests per second. Resident set in MiB, minimum / median / maximum.`,
    '',
    table(
      ['when', 'resident, MiB'],
      [
        [`first ${START_MS / 1e3} s`, mib(samples.filter((s) => !settled.includes(s)))],
        ['after that', mib(settled)],
        ['first quarter of that', mib(settled.slice(0, quarter))],
        ['last quarter', mib(settled.slice(-quarter))],
      ],
    ),
  ].join('\n');
}
