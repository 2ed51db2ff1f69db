import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { milliseconds } from '../../api/duration.ts';
import type { LoadTestStatus } from '../../api/status.ts';
import { JSON_BODY } from '../scenario.ts';
import { writeLoadTest } from '../spec.ts';
import type { Job, Said, Tool } from './tool.ts';

const ROOT = join(import.meta.dirname, '../..');
const NOT_YET = { cannot: 'not yet: HTTP/2' };

/** Passed, or inconclusive: a closed loop at full speed is limited by the generator, and it says so. */
const CODES = [0, 2];

/** As a user runs it. */
export const loadtest: Tool = {
  name: 'loadtest',
  install: async () => [process.execPath, join(ROOT, 'bin', 'loadtest.mjs')],
  invoke(program, job) {
    if (job.scenario.protocol === 'h2') return NOT_YET;
    const file = writeLoadTest(job.dir, spec(job));
    return {
      command: [...program, 'run', file, '-o', 'json'],
      env: trusting(job),
      codes: CODES,
      said: (stdout) => readStatus((JSON.parse(stdout) as { status: LoadTestStatus }).status),
    };
  },
};

/** Its request loop alone: the difference to `loadtest` is what the command line, the worker thread and the start cost. */
export const engine: Tool = {
  name: 'engine',
  install: async () => [process.execPath, join(ROOT, 'bench', 'engine.ts')],
  invoke(program, job) {
    if (job.scenario.protocol === 'h2') return NOT_YET;
    const file = join(job.dir, 'spec.json');
    writeFileSync(file, JSON.stringify(spec(job)));
    return { command: [...program, file], env: trusting(job), said: (stdout) => JSON.parse(stdout) as Said };
  },
};

/** There is no field for a CA of one's own yet; Node's environment variable stands in for it. */
function trusting({ certificate }: Job): NodeJS.ProcessEnv {
  return { NODE_EXTRA_CA_CERTS: certificate };
}

function spec({ scenario: { load, method }, url, seconds }: Job): unknown {
  const duration = `${seconds}s`;
  const post = { name: 'post', method, body: { type: 'JSON', json: JSON.parse(JSON_BODY) } };
  return {
    target: { url },
    ...(method === 'POST' ? { requests: [post] } : {}),
    load:
      load.type === 'Open'
        ? { type: 'Open', open: { stages: [{ duration, rate: load.rate }] } }
        : { type: 'Closed', closed: { users: load.connections, duration } },
  };
}

function readStatus({ generator, responseTime }: LoadTestStatus): Said {
  const time = (text: string | undefined) => (text === undefined ? undefined : milliseconds(text));
  return {
    lagP99: time(generator?.pacingLagP99),
    p95: time(responseTime?.p95),
    p99: time(responseTime?.p99),
    max: time(responseTime?.max),
  };
}
