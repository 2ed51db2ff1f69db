import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { until } from '../../test/cluster/system/wait.ts';
import type { TestServer } from '../../test/integration/support/test-server.ts';
import { operatorFlags } from '../operator-flags.ts';

const ROOT = join(import.meta.dirname, '../..');
const PROGRAM = join(ROOT, 'dist/image/operator.mjs');
const PORTS = { report: 19197, metrics: 19198 };
const POD = 'scale';
const LATEST_MS = 120_000;
const SAMPLE_MS = 500;

/** The operator's resource usage between two moments. */
export type Usage = {
  seconds: number;
  /** CPU seconds per second. */
  cores: number;
  /** Resident memory, sampled twice per second. */
  residentMiB: { median: number; max: number };
};

/** The bundled operator in a process of its own. */
export type OperatorProcess = {
  reportPort: number;
  /** From the start of the process until it has synced with the cluster, leads and responds. */
  readyMs: number;
  /** Begins a measurement; the returned function returns the usage since then. */
  measure: () => () => Usage;
  /** Peak memory. */
  peakMiB: () => number;
  /** Its Prometheus metrics by name and labels. */
  metrics: () => Promise<Map<string, number>>;
  stop: () => Promise<void>;
};

/** The operator labels its own pod; a pod without a node suffices. */
export async function makeOperatorPod({ call }: TestServer): Promise<void> {
  const spec = { automountServiceAccountToken: false, containers: [{ name: 'operator', image: 'bench' }] };
  const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name: POD }, spec };
  const isCreated = async () =>
    (await call({ method: 'POST', path: '/api/v1/namespaces/default/pods', body })).code === 201 || undefined;
  await until('the pod to be created', isCreated, { timeoutMs: 30_000 });
}

/** Starts the operator and waits until it is ready. Its warnings and errors go to this process's standard error. */
export async function startOperatorProcess(kubeconfig: string): Promise<OperatorProcess> {
  if (!existsSync(PROGRAM)) throw new Error('run `npm run build -- image` first');
  const began = performance.now();
  const child = spawn(process.execPath, [...operatorFlags(), PROGRAM], {
    env: {
      PATH: process.env.PATH,
      KUBECONFIG: kubeconfig,
      LOADTEST_RUNNER_IMAGE: 'bench',
      LOADTEST_OPERATOR_URL: `http://127.0.0.1:${PORTS.report}`,
      LOADTEST_REPORT_PORT: String(PORTS.report),
      LOADTEST_METRICS_PORT: String(PORTS.metrics),
      LOADTEST_POD_NAME: POD,
      LOADTEST_POD_NAMESPACE: 'default',
      LOADTEST_LEASE_NAME: POD,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const stop = async () => {
    child.kill('SIGTERM');
    await Promise.race([ended, sleep(10_000)]);
    child.kill('SIGKILL');
  };
  const started = Promise.withResolvers<void>();
  let rest = '';
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.includes('"operator started"')) started.resolve();
      if (/"level":"(warn|error)"/.test(line)) process.stderr.write(`${line}\n`);
    }
  });
  const failed = ended.then(() => Promise.reject(new Error('the operator ended')));
  failed.catch(() => {});
  const late = sleep(LATEST_MS, undefined, { ref: false }).then(() => Promise.reject(new Error('not ready in time')));
  late.catch(() => {});
  try {
    await Promise.race([started.promise, failed, late]);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    reportPort: PORTS.report,
    readyMs: performance.now() - began,
    measure: () => measure(child),
    peakMiB: () => memoryMiB(child, 'VmHWM'),
    metrics,
    stop,
  };
}

function measure(child: ChildProcess): () => Usage {
  const [began, cpuMs] = [performance.now(), cpuOf(child)];
  const resident = [memoryMiB(child, 'VmRSS')];
  const timer = setInterval(() => resident.push(memoryMiB(child, 'VmRSS')), SAMPLE_MS);
  return () => {
    clearInterval(timer);
    const seconds = (performance.now() - began) / 1e3;
    const sorted = resident.toSorted((a, b) => a - b);
    return {
      seconds,
      cores: (cpuOf(child) - cpuMs) / 1e3 / seconds,
      residentMiB: { median: sorted[sorted.length >> 1]!, max: sorted.at(-1)! },
    };
  };
}

async function metrics(): Promise<Map<string, number>> {
  const response = await request(`http://127.0.0.1:${PORTS.metrics}/metrics`, { headersTimeout: 60_000 });
  const lines = (await response.body.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

/** User and system time so far, with the kernel's resolution of 10 ms. */
function cpuOf({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function memoryMiB({ pid }: ChildProcess, field: 'VmRSS' | 'VmHWM'): number {
  return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}
