import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { milliseconds } from '../api/common/duration.ts';
import type { LoadTestSpec } from '../api/loadtest/loadtest.ts';
import type { Assignment } from '../api/protocol/assignment.ts';
import type { Instruction } from '../api/protocol/instruction.ts';
import type { RunnerUpdateMessage } from '../api/protocol/runner-update.ts';
import { RUNNER_ENV, RUNNER_NODE_OPTIONS } from '../operator/loadtest/resources/runner-container.ts';
import { withTempDir } from '../test/cluster/system/tempdir.ts';
import { freePorts } from '../test/servers/running.ts';
import { startGrpcTarget } from './grpc/target.ts';
import type { Log } from './install.ts';
import { type MemoryRun, memoryReport, type Sample } from './memory-report.ts';
import type { Options } from './options.ts';
import { PAYLOAD, PING, SCENARIOS } from './scenario.ts';
import { specOf } from './spec.ts';
import { machine, store } from './store.ts';
import { startTarget, type Target, urlOf } from './target.ts';

/** A load for a runner, by the name of the scenario with the same protocol: 1,000 requests at a time. */
type MemoryLoad = { scenario: string; title: string; connections: number; streams: number };
const LOADS: readonly MemoryLoad[] = [
  { scenario: 'closed', title: 'HTTP/1.1', connections: 1_000, streams: 1 },
  { scenario: 'http2', title: 'HTTP/2 over TLS', connections: 1_000, streams: 1 },
  { scenario: 'http2-many-streams', title: 'HTTP/2 over TLS', connections: 10, streams: 100 },
  { scenario: 'grpc', title: 'gRPC', connections: 10, streams: 100 },
];
const SAMPLE_MS = 1_000;

const SOURCE = join(import.meta.dirname, '../runner/main.ts');
const BUNDLE = join(import.meta.dirname, '../dist/image/runner.mjs');

/** Measures the memory of a runner: the real program, with this process as its operator. */
export async function benchMemory(options: Options, log: Log): Promise<void> {
  const program = existsSync(BUNDLE) ? BUNDLE : SOURCE;
  log(`the runner is ${program}`);
  const runs: MemoryRun[] = [];
  for (const load of LOADS.filter(({ scenario }) => options.scenarios.includes(scenario))) {
    log(`${load.title}, ${load.connections} connections`);
    const run = await withTempDir(async (dir) => {
      const isGrpc = load.scenario === 'grpc';
      const target = await (isGrpc ? startGrpcTarget(0, log) : startTarget(dir, [0], log));
      try {
        return await measure({ program, dir, spec: specFor(load, target, options) });
      } finally {
        await target.close();
      }
    });
    runs.push({ ...load, ...run });
  }
  const result = { machine: machine(), bundled: program === BUNDLE, runs };
  store(options.out, 'memory', result, memoryReport(result), log);
}

function specFor({ scenario, connections, streams }: MemoryLoad, target: Target, options: Options): LoadTestSpec {
  const { protocol } = SCENARIOS.find(({ name }) => name === scenario)!;
  const duration = `${Math.round(options.minutes * 60)}s`;
  return specOf({
    target: {
      url: urlOf(target, { protocol }),
      ...(protocol === 'h2' && { tls: { insecureSkipVerify: true } }),
      ...(protocol !== 'http' && { http: { version: 'HTTP2', connections } }),
      ...(protocol === 'grpc' && { grpc: {} }),
    },
    ...(protocol === 'grpc' && { requests: [{ name: 'ping', grpc: { ...PING, message: { payload: PAYLOAD } } }] }),
    load: { type: 'Closed', closed: { users: connections * streams, thinkTime: options.thinkTime, duration } },
  });
}

async function measure({ program, dir, spec }: { program: string; dir: string; spec: LoadTestSpec }) {
  const assignment = { test: { namespace: 'bench', name: 'memory', uid: 'bench' }, spec, index: 0, replicas: 1 };
  const operator = await startOperator(assignment);
  const [metricsPort] = await freePorts(1);
  const runner = startRunner(program, dir, operator.url, metricsPort!);
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
    const late = AbortSignal.timeout(milliseconds(spec.load.closed!.duration!) + 60_000);
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

function startRunner(program: string, dir: string, operatorUrl: string, metricsPort: number): ChildProcess {
  const [token, values] = [join(dir, 'token'), join(dir, 'values')];
  writeFileSync(token, 'bench');
  mkdirSync(values);
  const env = {
    ...process.env,
    ...RUNNER_ENV,
    LOADTEST_OPERATOR_URL: operatorUrl,
    LOADTEST_TOKEN_FILE: token,
    LOADTEST_VALUES_DIR: values,
    LOADTEST_METRICS_PORT: String(metricsPort),
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
