import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, it, test } from 'node:test';
import { type LoadTest, loadTestSchema } from '../../../../api/loadtest/loadtest.ts';
import { findCondition } from '../../../../api/status/conditions.ts';
import { runLocally } from '../../../../cli/local/local-run.ts';
import type { LocalRun } from '../../../../cli/local/local-run-options.ts';
import { fewerRunners, threadsOf } from '../../../../cli/local/worker-threads.ts';
import { quietRun } from '../../../support/quiet-run.ts';

const received: string[] = [];
const server = createServer((request, response) => {
  received.push(request.url ?? '');
  response.end(request.url === '/long' ? 'a'.repeat(64) : 'ok');
}).listen(0, '127.0.0.1');
await once(server, 'listening');
after(() => server.close());

function testOf(spec: object): LoadTest {
  return loadTestSchema.parse({
    apiVersion: 'loadtest.dev/v1alpha1',
    kind: 'LoadTest',
    metadata: { name: 'local' },
    spec: { target: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }, ...spec },
  });
}

const closed = (users: number) => ({ type: 'Closed', closed: { users, iterations: 100 * users } });
const open = (rate: number) => ({ type: 'Open', open: { stages: [{ duration: '1s', rate }], maxInFlight: 1000 } });

describe('a local run', () => {
  const rows: [title: string, load: object, runners: number, cores: number, threads: number[]][] = [
    ['of a small load has one thread', open(500), 1, 8, [1]],
    ['of a large load has as many threads as it needs', open(14_000), 1, 8, [3]],
    ['has at most as many threads as cores', open(14_000), 1, 2, [2]],
    ['divides the cores among its runners', closed(1000), 3, 8, [3, 3, 2]],
    ['has a thread for each runner even with fewer cores', closed(1000), 3, 2, [1, 1, 1]],
  ];
  for (const [title, load, runners, cores, threads] of rows)
    it(title, () => assert.deepEqual(threadsOf(testOf({ load }).spec, runners, cores), threads));
});

describe('the note about fewer runners', () => {
  const rows: [replicas: number, threads: number[], note: string | undefined][] = [
    [2, [1, 1], undefined],
    [4, [1, 1], 'runs as 2 runners of 2 worker threads instead of 4 runners: this machine has no more cores'],
    [4, [1], 'runs as 1 runner of 1 worker thread instead of 4 runners: this machine has no more cores'],
  ];
  for (const [replicas, threads, note] of rows)
    it(`for ${threads.length} of ${replicas} runners is ${note ?? 'absent'}`, () =>
      assert.equal(fewerRunners(replicas, threads), note));
});

const WORKER_AND_INDEX = 'export const request = ({ worker, index }) => ({ path: `/${worker}/${index}` });';

function localRun(spec: object, more: Partial<LocalRun> = {}) {
  received.length = 0;
  return runLocally({
    ...quietRun(),
    test: testOf(spec),
    ...more,
  });
}

test('the threads of a runner share its load, and count as one runner in the result', async () => {
  const { status, runners, timeline } = await localRun(
    { script: { configMapKeyRef: { name: 'hooks', key: 'hooks.js' } }, load: closed(32) },
    { values: new Map([['ConfigMap/hooks/hooks.js', Buffer.from(WORKER_AND_INDEX)]]), cores: 2 },
  );
  assert.equal(status.counts?.done, 3200);
  assert.equal(status.runners?.desired, 1);
  assert.deepEqual(
    runners.map(({ index, counts }) => [index, counts?.done]),
    [[0, 3200]],
  );
  assert.equal(
    timeline.done.reduce((sum, n) => sum! + n!, 0),
    3200,
  );
  const [workers, arrivals] = [1, 2].map((part) => received.map((path) => Number(path.split('/')[part])));
  assert.deepEqual(new Set(workers), new Set([0, 1]));
  const numbers = arrivals!.sort((a, b) => a - b);
  assert.deepEqual(
    numbers,
    Array.from({ length: 3200 }, (_, i) => i),
    'no two threads send the same arrival',
  );
});

test('an endless regular expression ends its thread with the reason, and the result has the counts so far', async () => {
  const requests = [
    { name: 'short', path: '/short', expect: { bodyMatches: 'o' } },
    { name: 'long', path: '/long', thinkTime: '1500ms', expect: { bodyMatches: '(a+)+b' } },
  ];
  const load = { type: 'Closed', closed: { users: 1, duration: '1m' } };
  const patience = { progressMs: 3000, beginningMs: 20_000 };
  const { status } = await localRun({ requests, requestOrder: 'Sequential', load }, { patience });
  const complete = findCondition(status.conditions, 'Complete');
  assert.equal(complete?.reason, 'RunnersLost');
  assert.equal(
    complete?.message,
    'a worker thread has sent no message for 3 s and was terminated: it was inspecting a response to request "long", and expect.bodyMatches (a+)+b may take forever on some texts',
  );
  assert.deepEqual([status.counts?.generated, status.counts?.done], [1, 1]);
});
