import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import { mergeSnapshots } from '../../../../model/measure/merge-snapshots.ts';
import type { Snapshot } from '../../../../model/measure/snapshot.ts';
import { shares, startWorkers } from '../../../../runner/workers/worker-pool.ts';
import { ASSIGNMENT } from '../../../support/specs/assignment.ts';

const LEAD_MS = 100;

const doneIn = (snapshot: Snapshot | undefined) => snapshot!.requests[0]!.counts.done;

test('the threads of three runners carry out the trials of a search together, and each counts what the target has received', async () => {
  let received: string[] = [];
  const server = createServer(({ url }, response) => {
    received.push(url!);
    response.end('fine');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const spec = loadTestSpecSchema.parse({
    target: { url: `http://127.0.0.1:${port}` },
    requests: [{ name: 'one', path: '/${index}' }],
    load: { type: 'Capacity', capacity: { maxRate: 100 } },
    runners: { replicas: 3 },
  });
  const replicas = 3;
  const tasks = [0, 1, 2].flatMap((index) => shares({ ...ASSIGNMENT, spec, index, replicas }, index === 0 ? 2 : 1));
  const pool = await startWorkers(tasks, new Map());
  try {
    assert.equal(pool.trials.newest, undefined);
    pool.start(Date.now());
    const trials: { received: string[]; measured: Snapshot }[] = [];
    for (const [number, [rate, durationMs]] of [
      [40, 300] as const,
      [80, 500] as const,
      [20, 60_000] as const,
    ].entries()) {
      received = [];
      pool.trials.begin({ number, rate, durationMs, startAtMs: Date.now() + LEAD_MS });
      if (durationMs === 60_000) setTimeout(() => pool.trials.end(number), LEAD_MS + 400);
      const { state, snapshot, ...trial } = await pool.trials.done;
      assert.deepEqual([trial.number, state], [number, 'Done']);
      trials.push({ received, measured: snapshot! });
    }
    assert.deepEqual(
      trials.slice(0, 2).map(({ measured }) => doneIn(measured)),
      [12, 40],
    );
    for (const { received, measured } of trials) assert.equal(doneIn(measured), received.length);
    const numbers = trials.flatMap(({ received }) => received);
    assert.equal(new Set(numbers).size, numbers.length, 'each arrival has a number of its own');
    pool.stop();
    const total = mergeSnapshots(await pool.done);
    assert.deepEqual([doneIn(total), total.requests[0]!.counts.aborted], [numbers.length, 0]);
  } finally {
    await pool.close();
    server.close();
  }
});
