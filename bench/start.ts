import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Assignment } from '../api/protocol/assignment.ts';
import type { Instruction } from '../api/protocol/instruction.ts';
import type { RunnerUpdateMessage } from '../api/protocol/runner-update.ts';
import { RUNNER_ENV, RUNNER_NODE_OPTIONS } from '../operator/loadtest/resources/runner-container.ts';
import { withTempDir } from '../test/cluster/system/tempdir.ts';
import { until } from '../test/cluster/system/wait.ts';
import { startTestServer, type TestServer } from '../test/integration/support/test-server.ts';
import type { Log } from './install.ts';
import { operatorFlags } from './operator-flags.ts';
import type { Options } from './options.ts';
import { specOf } from './spec.ts';
import { formatSpread, spreadOf, table } from './statistics.ts';
import { describeMachine, machine, store } from './store.ts';

const DIST = join(import.meta.dirname, '../dist/image');
const METRICS_PORT = 19098;
/** Delay after which garbage of the start is collected. */
const SETTLE_MS = 3_000;
const LATEST_MS = 30_000;
const PATIENCE_MS = 60_000;

/** An unused target, because the load never begins. */
const ASSIGNMENT: Assignment = {
  test: { namespace: 'bench', name: 'start', uid: 'bench' },
  spec: specOf({
    target: { url: 'http://127.0.0.1:9', preflight: 'None' },
    load: { type: 'Open', open: { stages: [{ duration: '10s', rate: 100 }] } },
  }),
  index: 0,
  replicas: 1,
};

/** One start: time and CPU until the program was ready, and its memory a while later. */
type Start = { readyMs: number; cpuMs: number; residentMiB: number };
type Program = { name: string; args: string[]; env: Record<string, string>; ready: () => Promise<void> };

/** Start time and initial memory of the bundled runner and operator, with and without a compile cache. */
export async function benchStart(options: Options, log: Log): Promise<void> {
  if (!existsSync(join(DIST, 'runner.mjs'))) throw new Error('run `npm run build -- image` first');
  const rows = await withTempDir(async (dir) => {
    const api = await startTestServer();
    await makePod(api, 'bench');
    const operator = await startOperatorStub();
    try {
      const programs = [
        runnerProgram(dir, operator, 'Starting'),
        runnerProgram(dir, operator, 'Ready'),
        operatorProgram(api.kubeconfig),
      ];
      const caches = [undefined, join(dir, 'cache')];
      const variants = programs.flatMap((program) => caches.map((cache) => ({ program, cache })));
      for (const { program, cache } of variants) if (cache !== undefined) await start(program, cache); // fills it
      const starts = variants.map((): Start[] => []);
      for (let round = 0; round < options.rounds; round++) {
        for (const [i, { program, cache }] of variants.entries()) starts[i]!.push(await start(program, cache));
        log(`round ${round + 1} of ${options.rounds}`);
      }
      return variants.map(({ program, cache }, i) => ({
        name: `${program.name}${cache === undefined ? '' : ', with a compile cache'}`,
        starts: starts[i]!,
      }));
    } finally {
      operator.close();
      await api.stop();
    }
  });
  const result = { machine: machine(), rows };
  store(options.out, 'start', result, report(result), log);
}

/** Starts the program, waits until it is ready, measures its memory after a delay, and ends it gracefully, so that it writes its cache. */
async function start({ name, args, env, ready }: Program, cache: string | undefined): Promise<Start> {
  const began = performance.now();
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, ...env, ...(cache && { NODE_COMPILE_CACHE: cache }) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  try {
    const failed = ended.then(() => Promise.reject(new Error(`${name} ended before it was ready`)));
    failed.catch(() => {});
    await Promise.race([ready(), failed]);
    const readyMs = performance.now() - began;
    const cpuMs = cpuOf(child);
    await sleep(SETTLE_MS);
    return { readyMs, cpuMs, residentMiB: residentOf(child) };
  } finally {
    child.kill('SIGTERM');
    await Promise.race([ended, sleep(5_000)]);
    child.kill('SIGKILL');
  }
}

/** A runner, with an assignment only if it must become ready. */
function runnerProgram(dir: string, operator: OperatorStub, until: 'Starting' | 'Ready'): Program {
  const [token, values] = [join(dir, 'token'), join(dir, 'values')];
  writeFileSync(token, 'bench');
  mkdirSync(values, { recursive: true });
  return {
    name: until === 'Ready' ? 'runner, to ready for an open load' : 'runner, to its first update',
    args: [...RUNNER_NODE_OPTIONS, join(DIST, 'runner.mjs')],
    env: {
      ...RUNNER_ENV,
      LOADTEST_OPERATOR_URL: operator.url,
      LOADTEST_TOKEN_FILE: token,
      LOADTEST_VALUES_DIR: values,
      LOADTEST_METRICS_PORT: String(METRICS_PORT),
      LOADTEST_NAMESPACE: 'bench',
      LOADTEST_NAME: 'start',
      LOADTEST_RUNNER_INDEX: '0',
    },
    ready: () => operator.receives(until),
  };
}

type OperatorStub = {
  url: string;
  receives: (phase: RunnerUpdateMessage['phase']) => Promise<void>;
  close: () => void;
};

/** Simulates the operator: sends an assignment if the runner must become ready, and never Start. */
async function startOperatorStub(): Promise<OperatorStub> {
  let awaited: RunnerUpdateMessage['phase'] = 'Starting';
  let onAwaited = () => {};
  const server = createServer(async (request, response) => {
    const update = (await json(request)) as RunnerUpdateMessage;
    if (update.phase === awaited) onAwaited();
    const isToPrepare = awaited === 'Ready' && update.phase === 'Starting';
    const instruction: Instruction = {
      instruction: isToPrepare ? 'Prepare' : 'Wait',
      nowMs: Date.now(),
      nextReportMs: PATIENCE_MS,
      ...(isToPrepare && { assignment: ASSIGNMENT }),
    };
    response.end(JSON.stringify(instruction));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    receives: (phase) =>
      new Promise((done) => {
        awaited = phase;
        onAwaited = done;
      }),
    close: () => server.close(),
  };
}

/** The operator labels its own pod; a pod without a node suffices. */
async function makePod({ call }: TestServer, name: string): Promise<void> {
  const spec = { automountServiceAccountToken: false, containers: [{ name: 'operator', image: 'bench' }] };
  const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec };
  // The namespace gets its service account a moment after its creation.
  const made = async () =>
    (await call({ method: 'POST', path: '/api/v1/namespaces/default/pods', body })).code === 201 || undefined;
  await until('the pod to be created', made, { timeoutMs: 30_000 });
}

function operatorProgram(kubeconfig: string): Program {
  return {
    name: 'operator, to ready',
    args: [...operatorFlags(), join(DIST, 'operator.mjs')],
    env: {
      KUBECONFIG: kubeconfig,
      LOADTEST_RUNNER_IMAGE: 'bench',
      LOADTEST_OPERATOR_URL: 'http://127.0.0.1:19097',
      LOADTEST_REPORT_PORT: '19097',
      LOADTEST_METRICS_PORT: String(METRICS_PORT),
      LOADTEST_POD_NAME: 'bench',
      LOADTEST_POD_NAMESPACE: 'default',
      LOADTEST_LEASE_NAME: 'bench',
    },
    ready: untilReady,
  };
}

async function untilReady(): Promise<void> {
  const status = () =>
    new Promise<number>((done) => {
      get({ port: METRICS_PORT, host: '127.0.0.1', path: '/readyz', agent: false }, (response) => {
        response.resume();
        done(response.statusCode ?? 0);
      }).on('error', () => done(0));
    });
  const latestMs = performance.now() + LATEST_MS;
  while ((await status()) !== 200) {
    if (performance.now() > latestMs) throw new Error('the operator was not ready in time');
    await sleep(5);
  }
}

/** User and system time so far, with the kernel's resolution of 10 ms. */
function cpuOf({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function residentOf({ pid }: ChildProcess): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

type Result = { machine: ReturnType<typeof machine>; rows: { name: string; starts: Start[] }[] };

function report({ machine, rows }: Result): string {
  const column = (starts: Start[], key: keyof Start) => formatSpread(spreadOf(starts.map((s) => s[key])), 0);
  return [
    '# Start of runner and operator',
    '',
    describeMachine(machine),
    `As bundled, ${rows[0]?.starts.length} starts each, one after the other; memory ${SETTLE_MS / 1e3} s later. Minimum / median / maximum.`,
    '',
    table(
      ['program', 'ready after, ms', 'CPU until then, ms', 'resident, MiB'],
      rows.map(({ name, starts }) => [
        name,
        column(starts, 'readyMs'),
        column(starts, 'cpuMs'),
        column(starts, 'residentMiB'),
      ]),
    ),
  ].join('\n');
}
