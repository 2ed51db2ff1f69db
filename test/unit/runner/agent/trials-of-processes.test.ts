import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import type { Instruction } from '../../../../api/protocol/instruction.ts';
import { runnerUpdateSchema } from '../../../../api/protocol/runner-update.ts';
import type { TrialPlan } from '../../../../api/protocol/trial.ts';
import { mergeSnapshots } from '../../../../model/measure/merge-snapshots.ts';
import type { Snapshot } from '../../../../model/measure/snapshot.ts';
import { type MeasuredTrial, mergeTrials } from '../../../../model/measure/trial/measured-trial.ts';
import { decodeRunnerUpdate, type RunnerUpdate } from '../../../../model/wire/runner-update.ts';
import { freePorts } from '../../../servers/running.ts';

const RUNNERS = 3;
/** The operator's clock is ahead of that of the runners. */
const AHEAD_MS = 3_600_000;
const LEAD_MS = 500;
const RATES = [90, 300];
const DURATION_MS = 500;

const main = join(import.meta.dirname, '../../../../runner/main.ts');
const directory = mkdtempSync(join(tmpdir(), 'trials-'));
const servers: Server[] = [];
const runners: ChildProcess[] = [];
const log: string[] = [];
after(() => {
  for (const runner of runners) runner.kill('SIGKILL');
  for (const server of servers) server.close().closeAllConnections();
  rmSync(directory, { recursive: true });
});

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function startRunner(index: number, metricsPort: number, operatorUrl: string): void {
  const token = join(directory, `token-${index}`);
  writeFileSync(token, String(index));
  const env = {
    LOADTEST_OPERATOR_URL: operatorUrl,
    LOADTEST_TOKEN_FILE: token,
    LOADTEST_VALUES_DIR: directory,
    LOADTEST_METRICS_PORT: String(metricsPort),
    LOADTEST_NAMESPACE: 'default',
    LOADTEST_NAME: 'search',
    LOADTEST_RUNNER_INDEX: String(index),
  };
  const runner = spawn(process.execPath, [main], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  runner.stderr.on('data', (lines) => log.push(`runner ${index}: ${lines}`));
  runners.push(runner);
}

/** Starts the load when all runners are ready, gives them one trial after another, and stops them after the last one. */
class Operator {
  readonly updates = new Map<number, RunnerUpdate>();
  readonly trials: MeasuredTrial[] = [];
  readonly #assignment: (index: number) => Instruction['assignment'];
  #plan: TrialPlan | undefined;

  constructor(assignment: (index: number) => Instruction['assignment']) {
    this.#assignment = assignment;
  }

  instruct(index: number, update: RunnerUpdate): Instruction {
    this.updates.set(index, update);
    this.#decide();
    return { nowMs: this.#now(), nextReportMs: 20, ...this.#instruction(index, update) };
  }

  #instruction(index: number, { phase }: RunnerUpdate): Partial<Instruction> & Pick<Instruction, 'instruction'> {
    if (phase === 'Starting') return { instruction: 'Prepare', assignment: this.#assignment(index) };
    if (phase === 'Finished' || phase === 'Failed') return { instruction: 'Accepted' };
    if (this.#plan === undefined) return { instruction: 'Wait' };
    if (this.trials.length === RATES.length) return { instruction: 'Stop', reason: 'the search is over' };
    const trial = this.#plan;
    return phase === 'Ready'
      ? { instruction: 'Start', startAtMs: trial.startAtMs, trial }
      : { instruction: 'Continue', trial };
  }

  #decide(): void {
    const updates = Array.from({ length: RUNNERS }, (_, index) => this.updates.get(index));
    if (this.#plan === undefined) {
      if (updates.every((update) => update?.phase === 'Ready')) this.#begin(0);
      return;
    }
    const trial = mergeTrials(
      this.#plan.number,
      updates.map((update) => update?.trial),
    );
    if (trial.state !== 'Done' || this.trials.length > trial.number) return;
    this.trials.push(trial);
    if (trial.number + 1 < RATES.length) this.#begin(trial.number + 1);
  }

  #begin(number: number): void {
    this.#plan = { number, rate: RATES[number]!, durationMs: DURATION_MS, startAtMs: this.#now() + LEAD_MS };
  }

  #now(): number {
    return Date.now() + AHEAD_MS;
  }
}

const doneIn = (snapshot: Snapshot | undefined) => snapshot?.requests[0]?.counts.done;

test('three runner processes carry out each trial of their operator together, and all of it is counted', async (t) => {
  const received: { runner: number; atMs: number }[][] = [];
  const targetUrl = await listen(({ url }, response) => {
    // The arrivals of each trial are a multiple of the runners.
    received.at(-1)?.push({ runner: Number(url!.slice(1)) % RUNNERS, atMs: performance.now() });
    response.end('fine');
  });
  const spec = loadTestSpecSchema.parse({
    target: { url: targetUrl },
    requests: [{ name: 'one', path: '/${index}' }],
    load: { type: 'Capacity', capacity: { maxRate: 1000 } },
    runners: { replicas: RUNNERS },
  });
  const operator = new Operator((index) => ({
    test: { namespace: 'default', name: 'search', uid: 'u1' },
    spec,
    index,
    replicas: RUNNERS,
    addresses: { denied: [] },
  }));
  const operatorUrl = await listen(async (request, response) => {
    const decoded = decodeRunnerUpdate(runnerUpdateSchema.parse(JSON.parse(await text(request))));
    assert.ok('update' in decoded);
    const index = Number(request.headers.authorization?.replace('Bearer ', ''));
    response.end(JSON.stringify(operator.instruct(index, decoded.update)));
    if (received.length <= operator.trials.length) received.push([]);
  });
  for (const [index, port] of (await freePorts(RUNNERS)).entries()) startRunner(index, port, operatorUrl);
  const codes = await Promise.all(runners.map((runner) => once(runner, 'exit').then(([code]) => code)));
  assert.deepEqual(codes, [0, 0, 0], log.join(''));

  const made = RATES.map((rate) => (rate * DURATION_MS) / 1000);
  assert.deepEqual(
    operator.trials.map(({ snapshot }) => doneIn(snapshot)),
    made,
  );
  for (const [number, count] of made.entries()) {
    const byRunner = Map.groupBy(received[number]!, ({ runner }) => runner);
    assert.deepEqual(
      [0, 1, 2].map((runner) => byRunner.get(runner)?.length),
      [count / RUNNERS, count / RUNNERS, count / RUNNERS],
    );
    const firstMs = [...byRunner.values()].map(([first]) => first!.atMs);
    const apartMs = Math.max(...firstMs) - Math.min(...firstMs);
    t.diagnostic(`the first requests of trial ${number} came within ${apartMs.toFixed(1)} ms`);
  }
  const totals = [...operator.updates.values()].map(({ phase, snapshot }) => {
    assert.equal(phase, 'Finished');
    return snapshot!;
  });
  assert.equal(
    doneIn(mergeSnapshots(totals)),
    made.reduce((sum, count) => sum + count),
  );
});
