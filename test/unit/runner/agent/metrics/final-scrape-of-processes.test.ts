import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { loadTestSpecSchema } from '../../../../../api/loadtest/loadtest.ts';
import type { Instruction } from '../../../../../api/protocol/instruction.ts';
import { freePorts } from '../../../../servers/running.ts';

const main = join(import.meta.dirname, '../../../../../runner/main.ts');
const directory = mkdtempSync(join(tmpdir(), 'final-scrape-'));
const runners: ChildProcess[] = [];
let server: Server;
let url: string;

/** What the operator responds by the phase of the update: a load of a tenth of a second, accepted at once. */
function instructionFor(phase: string): Partial<Instruction> & Pick<Instruction, 'instruction'> {
  if (phase === 'Ready') return { instruction: 'Start', startAtMs: Date.now() };
  if (phase !== 'Starting') return { instruction: phase === 'Running' ? 'Continue' : 'Accepted' };
  const spec = loadTestSpecSchema.parse({
    target: { url },
    load: { type: 'Open', open: { stages: [{ duration: '100ms', rate: 50 }] } },
  });
  const test = { namespace: 'default', name: 'short', uid: 'u' };
  return { instruction: 'Prepare', assignment: { test, spec, index: 0, replicas: 1 } };
}

/** Starts a runner, and resolves when its final update is accepted. */
async function acceptedRunner(env: Record<string, string>) {
  const [metricsPort] = await freePorts(1);
  const runner = spawn(process.execPath, [main], {
    env: {
      LOADTEST_OPERATOR_URL: url,
      LOADTEST_TOKEN_FILE: join(directory, 'token'),
      LOADTEST_VALUES_DIR: directory,
      LOADTEST_METRICS_PORT: String(metricsPort),
      LOADTEST_NAMESPACE: 'default',
      LOADTEST_NAME: 'short',
      LOADTEST_RUNNER_INDEX: '0',
      ...env,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  runners.push(runner);
  const ended = once(runner, 'exit') as Promise<[code: number | null]>;
  let log = '';
  await new Promise<void>((accepted) =>
    runner.stderr.on('data', (text) => {
      log += text;
      if (log.includes('the runner ends: accepted')) accepted();
    }),
  );
  return { runner, ended, scrape: () => fetch(`http://127.0.0.1:${metricsPort}/metrics`) };
}

before(async () => {
  writeFileSync(join(directory, 'token'), 'token');
  server = createServer(async (request, response) => {
    if (request.method !== 'POST') return void response.end();
    const { phase } = (await json(request)) as { phase: string };
    response.end(JSON.stringify({ nowMs: Date.now(), nextReportMs: 20, ...instructionFor(phase) }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

after(() => {
  for (const runner of runners) runner.kill('SIGKILL');
  server.close().closeAllConnections();
  rmSync(directory, { recursive: true });
});

describe('the process of a runner whose result is accepted', () => {
  it('ends when its final counters have been scraped for the first time', async () => {
    const { ended, scrape } = await acceptedRunner({ LOADTEST_FIRST_SCRAPE_SECONDS: '600' });
    const text = await (await scrape()).text();
    assert.match(text, /^loadtest_runner_requests_done_total\{.*\} 5$/m);
    assert.deepEqual((await ended)[0], 0);
  });

  it('ends at once when its pod is deleted', async () => {
    const { runner, ended } = await acceptedRunner({ LOADTEST_FIRST_SCRAPE_SECONDS: '600' });
    runner.kill('SIGTERM');
    assert.deepEqual((await ended)[0], 0);
  });

  it('ends at once when the operator asks for no wait', async () => {
    const { ended } = await acceptedRunner({});
    assert.deepEqual((await ended)[0], 0);
  });
});
