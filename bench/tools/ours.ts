import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { milliseconds } from '../../api/common/duration.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { YOUNG_MIB } from '../../runner/workers/worker-handle.ts';
import { JSON_BODY, PAYLOAD, PING } from '../scenario.ts';
import { writeLoadTest } from '../spec.ts';
import { ALL_PROTOCOLS, type Invocation, type Job, type Tool, type ToolReport } from './tool.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Passed, or inconclusive, because the generator limits a closed loop at full speed. */
const CODES = [0, 2];

const SECURE = { tls: { insecureSkipVerify: true } };

/** The command as users run it. */
export const loadtest: Tool = {
  name: 'loadtest',
  install: async () => [process.execPath, join(ROOT, 'bin', 'loadtest.cjs')],
  protocols: ALL_PROTOCOLS,
  invoke(program, job) {
    const file = writeLoadTest(job.dir, spec(job));
    return {
      command: [...program, 'run', file, '-o', 'json'],
      codes: CODES,
      readReport: (stdout) => readStatus((JSON.parse(stdout) as { status: LoadTestStatus }).status),
    };
  },
};

/** The size of a worker thread's young generation; V8 counts three semi-spaces per generation. */
const YOUNG = `--max-semi-space-size=${YOUNG_MIB / 3}`;

/** The request loop alone: the difference to `loadtest` is the cost of CLI, worker thread and start. */
export const engine: Tool = {
  name: 'engine',
  install: async () => [process.execPath, YOUNG, join(ROOT, 'bench', 'engine.ts')],
  protocols: ALL_PROTOCOLS,
  invoke: carryOut,
};

/**
 * The engine of another checkout, whose folder LOADTEST_BASELINE names, in the same alternating run: two commits compared on one machine
 * at one time.
 */
export const baseline: Tool = {
  name: 'baseline',
  install: async () => {
    const checkout = process.env.LOADTEST_BASELINE;
    if (checkout === undefined) throw new Error('LOADTEST_BASELINE names no checkout to compare with');
    return [process.execPath, YOUNG, join(checkout, 'bench', 'engine.ts')];
  },
  protocols: ALL_PROTOCOLS,
  invoke: carryOut,
};

/** Passes the job to a program as a spec in a file. */
export function carryOut(program: readonly string[], job: Job): Invocation {
  const file = join(job.dir, 'spec.json');
  writeFileSync(file, JSON.stringify(spec(job)));
  return { command: [...program, file], readReport: (stdout) => JSON.parse(stdout) as ToolReport };
}

/** Like its peers, it accepts any certificate, and over HTTP/2 has as many connections as the scenario says. */
function spec({ scenario: { load, method, protocol }, url, seconds, workers = 1 }: Job): unknown {
  const duration = `${seconds}s`;
  const [connections, streams = 1] = load.type === 'Open' ? [undefined] : [load.connections, load.streams];
  if (protocol === 'grpc') return grpcSpec(url, connections!, streams, duration, workers);
  const post = { name: 'post', method, body: { type: 'JSON', json: JSON.parse(JSON_BODY) } };
  return {
    target: {
      url,
      ...(protocol === 'http' ? {} : SECURE),
      ...(protocol === 'h2' ? { http: { version: 'HTTP2', connections } } : {}),
    },
    ...(method === 'POST' ? { requests: [post] } : {}),
    load:
      load.type === 'Open'
        ? { type: 'Open', open: { stages: [{ duration, rate: load.rate }] } }
        : { type: 'Closed', closed: { users: load.connections * streams, duration } },
    runners: { replicas: workers },
  };
}

function grpcSpec(url: string, connections: number, streams: number, duration: string, replicas: number): unknown {
  return {
    target: { url, http: { version: 'HTTP2', connections }, grpc: {} },
    requests: [{ name: 'ping', grpc: { ...PING, message: { payload: PAYLOAD } } }],
    load: { type: 'Closed', closed: { users: connections * streams, duration } },
    runners: { replicas },
  };
}

function readStatus({ generator, responseTime }: LoadTestStatus): ToolReport {
  const time = (text: string | undefined) => (text === undefined ? undefined : milliseconds(text));
  return {
    lagP99: time(generator?.pacingLagP99),
    p95: time(responseTime?.p95),
    p99: time(responseTime?.p99),
    max: time(responseTime?.max),
  };
}
