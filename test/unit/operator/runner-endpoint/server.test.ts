import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import { describe, it, type TestContext } from 'node:test';
import { MAX_UPDATE_BYTES, RUNNER_UPDATE_PATH } from '../../../../api/protocol/exchange.ts';
import { encodeRunnerUpdate, type RunnerUpdate } from '../../../../model/wire/runner-update.ts';
import type { Pod } from '../../../../operator/kube/types.ts';
import { BodyReader } from '../../../../operator/runner-endpoint/body-reader.ts';
import { Changes } from '../../../../operator/runner-endpoint/changes.ts';
import { claimsOf } from '../../../../operator/runner-endpoint/identity/token-claims.ts';
import { PodLimits } from '../../../../operator/runner-endpoint/pod-limits.ts';
import { updateHandler } from '../../../../operator/runner-endpoint/server.ts';
import { listen } from '../../../../operator/runtime/http.ts';
import type { LogFields } from '../../../../operator/runtime/log.ts';
import { UpdateStore } from '../../../../operator/updates/update-store.ts';
import { at, job, loadTest, NOW, pod, snapshot, UID } from '../../../support/operator/operator-fixtures.ts';
import { claimsOfPod, jwt } from '../../../support/operator/tokens.ts';

const RUNNING: RunnerUpdate = { phase: 'Running', snapshot: snapshot(1) };
const encoded = (update: RunnerUpdate = RUNNING) => JSON.stringify(encodeRunnerUpdate(update));
const test = loadTest({ runners: { replicas: 2, onLoss: 'Continue' } }, { loadStartTime: at(300) });

/** A runner endpoint with the runners 0 and 1, and a pod 2 whose labels and owner are forged. */
async function serve(t: TestContext, { budgetBytes = 16 * 1024 * 1024, readMs = 5_000 } = {}) {
  const updates = new UpdateStore();
  const bodies = new BodyReader({ budgetBytes, readMs });
  const logged: LogFields[] = [];
  const reviewed: string[] = [];
  const clock = { ms: NOW };
  const forged: Pod = pod(2);
  forged.metadata.ownerReferences![0]!.uid = 'a Job that does not exist';
  const server = await listen(
    0,
    updateHandler(
      {
        authenticate: async (token) => {
          reviewed.push(token);
          return { kind: 'Pod', pod: claimsOf(token)!.pod! };
        },
        pod: (_, name) => [pod(0), pod(1), forged].find(({ metadata }) => metadata.name === name),
        job: () => job(),
        test: () => test,
        updates,
        addresses: undefined,
        enqueue: () => {},
        now: () => clock.ms,
        bodies,
        pods: new PodLimits(() => clock.ms),
        changes: new Changes(),
        holdMs: 0,
      },
      { info: () => {}, warn: (_, fields) => void logged.push(fields ?? {}), error: () => {} },
      () => {},
    ),
  );
  t.after(() => server.close());

  const open = (index: number, headers: OutgoingHttpHeaders = {}): ClientRequest => {
    const authorization = `Bearer ${jwt(claimsOfPod(pod(index).metadata))}`;
    const options = { method: 'POST', headers: { authorization, ...headers }, agent: false } as const;
    return request(`http://127.0.0.1:${server.port}${RUNNER_UPDATE_PATH}`, options);
  };
  const send = (index: number, body: string, headers?: OutgoingHttpHeaders) => {
    const sent = open(index, headers);
    sent.on('error', () => {});
    sent.end(body);
    return responseTo(sent);
  };
  const refused = (index: number) => updates.of(UID).get(index)?.refused;
  return { open, send, refused, updates, bodies, logged, reviewed, clock };
}

async function responseTo(sent: ClientRequest) {
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const { statusCode: status, headers } = response;
  return { status, retryAfter: headers['retry-after'], body: JSON.parse(Buffer.concat(chunks).toString()) };
}

/** Waits until the endpoint holds so many bytes of bodies. */
async function untilUsed(bodies: BodyReader, bytes: number): Promise<void> {
  while (bodies.usedBytes !== bytes) await new Promise(setImmediate);
}

describe('the runner endpoint', { timeout: 30_000 }, () => {
  const garbage: [sentence: string, body: string, headers: OutgoingHttpHeaders, status: number, why: string][] = [
    ['is not JSON', 'nonsense', {}, 400, 'the body is not JSON'],
    [
      'is too long as it says',
      '',
      { 'content-length': MAX_UPDATE_BYTES + 1 },
      413,
      'an update is at most 4194304 bytes',
    ],
    [
      'turns out too long',
      ' '.repeat(MAX_UPDATE_BYTES + 1),
      { 'transfer-encoding': 'chunked' },
      413,
      'an update is at most 4194304 bytes',
    ],
    ['is too deep', '['.repeat(1_000_000), {}, 400, 'the body is more than 16 levels deep'],
    [
      'has too many of something',
      encoded().replace('"errors":[]', `"errors":[${'{},'.repeat(1_000)}{}]`),
      {},
      400,
      'snapshot.errors: Too big: expected array to have <=100 items',
    ],
    [
      'has numbers that cannot be',
      encoded({ ...RUNNING, snapshot: { ...snapshot(1), elapsedMs: 1e308 } }),
      {},
      400,
      'snapshot.elapsedMs: 1e+308 is longer than a load can be',
    ],
  ];
  for (const [sentence, body, headers, status, why] of garbage)
    it(`counts a runner as lost whose update ${sentence}, keeps its last measurement, and reads nothing more from it`, async (t) => {
      const { send, refused, updates, reviewed } = await serve(t);
      await send(1, encoded());
      const first = await send(1, body, headers);
      assert.deepEqual([first.status, first.body.error, refused(1)], [status, why, why]);
      assert.equal(updates.of(UID).get(1)?.update.snapshot?.requests[0]?.counts.done, 1);
      const later = await send(1, encoded({ phase: 'Running', snapshot: snapshot(2) }));
      assert.deepEqual(
        [later.status, later.body.instruction, later.body.reason],
        [200, 'Stop', `its update was refused: ${why}`],
      );
      assert.equal(updates.of(UID).get(1)?.update.snapshot?.requests[0]?.counts.done, 1);
      assert.equal(reviewed.length, 3);
    });

  it('lets a runner that has ended stay as it ended', async (t) => {
    const { send, refused } = await serve(t);
    await send(1, encoded({ phase: 'Finished', snapshot: snapshot(1) }));
    assert.equal((await send(1, 'nonsense')).status, 400);
    assert.equal(refused(1), undefined);
  });

  it('reports, logs and keeps at most 1 KiB of a problem, and logs it once for each sender and status', async (t) => {
    const { send, refused, logged } = await serve(t);
    const [request] = snapshot(0).requests;
    const names = Array.from({ length: 32 }, (_, i) => `${'x'.repeat(60)}${i}`);
    const requests = names.map((name) => ({ ...request!, name }));
    for (const index of [0, 0, 1]) {
      const { body } = await send(index, encoded({ phase: 'Running', snapshot: { ...snapshot(0), requests } }));
      if (body.error !== undefined) assert.equal(body.error.length, 1024);
    }
    assert.deepEqual(
      logged.map(({ index, error }) => [index, String(error).length]),
      [
        [0, 1024],
        [1, 1024],
      ],
    );
    assert.equal(refused(0)?.length, 1024);
  });

  it('refuses a pod whose owner is a Job that does not exist, without a review of its token and without its body', async (t) => {
    const { open, reviewed, bodies } = await serve(t);
    const forged = open(2, { 'content-length': 1_000_000 });
    forged.on('error', () => {});
    forged.write('{"phase":');
    const { status, body } = await responseTo(forged);
    assert.deepEqual([status, body.error], [403, 'the pod is not a runner of a LoadTest']);
    assert.deepEqual([reviewed.length, bodies.usedBytes], [0, 0]);
    forged.destroy();
  });

  it('reads one update of a pod at a time', async (t) => {
    const { open, send, bodies, refused } = await serve(t);
    const slow = open(1);
    slow.write('{"phase":');
    await untilUsed(bodies, 9);
    const second = await send(1, encoded());
    assert.deepEqual([second.status, second.retryAfter], [429, '1']);
    slow.end('"Ready"}');
    assert.equal((await responseTo(slow)).status, 200);
    assert.deepEqual([bodies.usedBytes, refused(1)], [0, undefined]);
  });

  it('gives up a body that does not arrive, and lets the runner try again', async (t) => {
    const { open, send, bodies, refused } = await serve(t, { readMs: 50 });
    const slow = open(1);
    slow.on('error', () => {});
    slow.write('{"phase":');
    assert.equal((await responseTo(slow)).status, 408);
    slow.destroy();
    assert.equal((await send(1, encoded())).status, 200);
    assert.deepEqual([bodies.usedBytes, refused(1)], [0, undefined]);
  });

  it('forgets a body whose sender is gone', async (t) => {
    const { open, bodies } = await serve(t);
    const broken = open(1);
    broken.on('error', () => {});
    broken.write('{"phase":');
    await untilUsed(bodies, 9);
    broken.destroy();
    await untilUsed(bodies, 0);
  });

  it('makes room for a runner by the body that has been read for longest', async (t) => {
    const { open, send, bodies, refused } = await serve(t, { budgetBytes: 300_000 });
    const slow = open(1);
    slow.on('error', () => {});
    slow.write(' '.repeat(250_000));
    const evicted = responseTo(slow);
    await untilUsed(bodies, 250_000);
    const runner = await send(0, `${' '.repeat(100_000)}${encoded()}`);
    assert.equal(runner.status, 200);
    const { status, retryAfter } = await evicted;
    assert.deepEqual([status, retryAfter, refused(1), bodies.usedBytes], [429, '1', undefined, 0]);
    slow.destroy();
  });

  it('lets a pod send so many updates, and so many bytes, a second', async (t) => {
    const { send, clock } = await serve(t);
    const statuses = async (count: number, body: string) => {
      const found = [];
      for (let i = 0; i < count; i++) found.push((await send(1, body)).status);
      return found;
    };
    const often = await statuses(45, '{"phase":"Ready"}');
    assert.deepEqual(often.slice(38), [200, 200, 429, 429, 429, 429, 429]);
    clock.ms += 60_000;
    const large = await statuses(6, `{"phase":"Ready"}${' '.repeat(MAX_UPDATE_BYTES - 17)}`);
    assert.deepEqual(large, [200, 200, 200, 200, 429, 429]);
    clock.ms += 60_000;
    const absurd = await statuses(6, '{"phase":"a small body that is costly"}');
    assert.deepEqual(absurd, [400, 200, 200, 200, 200, 200], 'nothing is read from a runner that is lost');
    await send(0, encoded({ phase: 'Finished', snapshot: snapshot(1) }));
    const ended = [];
    for (let i = 0; i < 6; i++) ended.push((await send(0, '{"phase":"Dancing"}')).status);
    assert.deepEqual(ended, [400, 400, 400, 400, 429, 429]);
  });
});
