import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { RUNNER_UPDATE_PATH } from '../../../../api/protocol/exchange.ts';
import type { Instruction } from '../../../../api/protocol/instruction.ts';
import type { LoadTestStatus } from '../../../../api/status/loadtest-status.ts';
import type { IntervalEnds } from '../../../../model/compare/interval-end.ts';
import { encodeRunnerUpdate, type RunnerUpdate } from '../../../../model/wire/runner-update.ts';
import { ResourceStore } from '../../../../operator/kube/resource-store.ts';
import type { Resource } from '../../../../operator/kube/types.ts';
import { parseLoadTest } from '../../../../operator/loadtest/resources/loadtest-resource.ts';
import { BodyReader } from '../../../../operator/runner-endpoint/body-reader.ts';
import { Changes } from '../../../../operator/runner-endpoint/changes.ts';
import { claimsOf } from '../../../../operator/runner-endpoint/identity/token-claims.ts';
import { PodLimits } from '../../../../operator/runner-endpoint/pod-limits.ts';
import { updateHandler } from '../../../../operator/runner-endpoint/server.ts';
import { listen } from '../../../../operator/runtime/http.ts';
import { UpdateStore } from '../../../../operator/updates/update-store.ts';
import { createOperatorClient } from '../../../../runner/agent/operator-client.ts';
import { OperatorClock } from '../../../../runner/agent/operator-clock.ts';
import { at, job, NOW, pod, resource, snapshot, UID } from '../../../support/operator/operator-fixtures.ts';
import { claimsOfPod, jwt } from '../../../support/operator/tokens.ts';

/** Counts the calls that wait for a change. */
class WatchedChanges extends Changes {
  waits = 0;
  #reached = () => {};

  override next(uid: string, signal: AbortSignal): Promise<void> {
    this.waits++;
    const changed = super.next(uid, signal);
    this.#reached();
    return changed;
  }

  /** Resolves when the `count`th call waits for a change. */
  reach(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#reached = () => {
        if (this.waits >= count) resolve();
      };
      this.#reached();
    });
  }
}

type Holding = { spec?: Record<string, unknown>; status?: LoadTestStatus; holdMs?: number };

/** A runner endpoint that holds responses for up to a minute when the runner prefers it. */
async function serve(t: TestContext, { spec = {}, status = {}, holdMs = 60_000 }: Holding = {}) {
  const changes = new WatchedChanges();
  const updates = new UpdateStore(changes.notify);
  const cached: { test: Resource | undefined } = { test: resource(spec, status) };
  const tests = new ResourceStore({ get: () => cached.test, list: () => [] }, parseLoadTest, {
    changed: changes.notify,
  });
  const clock = { ms: NOW };
  const enqueued: string[] = [];
  const counted: number[] = [];
  const firstCounted = Promise.withResolvers<void>();
  const podOf = (index: string) => pod(Number(index));
  const dependencies = {
    authenticate: async (token: string) => ({ kind: 'Pod' as const, pod: claimsOf(token)!.pod! }),
    bodies: new BodyReader({ budgetBytes: 1024 * 1024 }),
    pods: new PodLimits(() => clock.ms),
    pod: (_: string, name: string) => podOf(/-(\d+)-x$/.exec(name)?.[1] ?? ''),
    job: () => job(),
    test: (namespace: string, name: string) => tests.get(namespace, name),
    addresses: undefined,
    enqueue: (key: string) => void enqueued.push(key),
    now: () => clock.ms,
    ...{ updates, changes, holdMs },
  };
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const server = await listen(
    0,
    updateHandler(dependencies, log, (status) => {
      counted.push(status);
      firstCounted.resolve();
    }),
  );
  t.after(async () => {
    changes.close();
    await server.close();
  });

  const send = async (
    index: number,
    update: RunnerUpdate,
    { held = true, signal }: SendOptions = {},
  ): Promise<Instruction> => {
    const response = await fetch(`http://127.0.0.1:${server.port}${RUNNER_UPDATE_PATH}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${jwt(claimsOfPod(podOf(String(index)).metadata))}`,
        ...(held && { prefer: 'wait=60' }),
      },
      body: JSON.stringify(encodeRunnerUpdate(update)),
      ...(signal && { signal }),
    });
    return (await response.json()) as Instruction;
  };
  /** The next version of the LoadTest, as our own write or the watch delivers it. */
  const next = (change: Partial<Resource>): Resource => {
    const before = cached.test!;
    const resourceVersion = String(Number(before.metadata.resourceVersion) + 1);
    return { ...before, ...change, metadata: { ...before.metadata, ...change.metadata, resourceVersion } };
  };
  return {
    send,
    write: (status: LoadTestStatus) => tests.wrote(next({ status })),
    see: (change: Partial<Resource>) => {
      cached.test = next(change);
      tests.saw(cached.test);
    },
    seeGone: () => {
      const last = cached.test!;
      cached.test = undefined;
      tests.saw(last);
    },
    counted: { statuses: counted, first: firstCounted.promise },
    ...{ changes, updates, clock, enqueued, server },
  };
}
type SendOptions = { held?: boolean; signal?: AbortSignal };
type Served = Awaited<ReturnType<typeof serve>>;

const STARTED: LoadTestStatus = { loadStartTime: at(300) };
const COMPLETE: LoadTestStatus = {
  conditions: [{ type: 'Complete', status: 'True', reason: 'Finished', message: '', lastTransitionTime: at(0) }],
};
const READY: RunnerUpdate = { phase: 'Ready' };
const FINISHED: RunnerUpdate = { phase: 'Finished', snapshot: snapshot(1) };
const SCRIPT = { script: { configMapKeyRef: { name: 'script', key: 'main.js' } } };
const INTERVALS: IntervalEnds = {
  stepMs: 1000,
  ends: [],
  last: {
    elapsedMs: 1000,
    threads: 1,
    ended: 1,
    done: 1,
    errors: 0,
    responseTime: snapshot(1).requests[0]!.responseTime,
  },
};

type Row = [
  sentence: string,
  holding: Holding,
  update: RunnerUpdate,
  change: (served: Served) => void,
  response: Partial<Instruction>,
  index?: number,
];
const rows: Row[] = [
  ['the start is persisted', {}, READY, (s) => s.write(STARTED), { instruction: 'Start', startAtMs: NOW + 1234 }],
  ['the watch delivers the start', {}, READY, (s) => s.see({ status: STARTED }), { instruction: 'Start' }],
  [
    'its runners have to stop',
    {},
    READY,
    (s) => s.updates.stop(UID, 'enough'),
    { instruction: 'Stop', reason: 'enough' },
  ],
  ['the test is complete', {}, READY, (s) => s.write(COMPLETE), { instruction: 'Stop' }],
  [
    'the test is being deleted',
    {},
    READY,
    (s) => s.see({ metadata: { ...resource().metadata, deletionTimestamp: at(0) } }),
    { instruction: 'Stop', reason: 'the LoadTest is being deleted' },
  ],
  ['the test is gone', {}, READY, (s) => s.seeGone(), { instruction: 'Stop', reason: 'the LoadTest is gone' }],
  [
    "the result of the script's setup is known",
    { spec: SCRIPT, status: STARTED },
    READY,
    ({ updates }) =>
      updates.put(UID, 0, { podUid: 'pod-0', receivedAtMs: NOW, update: { phase: 'Running', setup: '{}' } }),
    { instruction: 'Start', setup: '{}' },
  ],
  [
    'every runner has ended and it can run the teardown of the script',
    { spec: SCRIPT, status: STARTED },
    { ...FINISHED, teardown: { state: 'Pending' } },
    (s) => s.updates.tearDown(UID),
    { instruction: 'TearDown' },
  ],
  ['its result is persisted', { status: STARTED }, FINISHED, (s) => s.write(COMPLETE), { instruction: 'Accepted' }],
  [
    'it is its turn to send the intervals of its run',
    { spec: { runners: { replicas: 1000 } }, status: STARTED },
    { ...FINISHED, intervals: 'Kept' },
    ({ updates }) => {
      for (let index = 0; index < 20; index++) updates.putIntervals(UID, index, INTERVALS, 1000);
    },
    { instruction: 'Wait', wantsIntervals: true, nextReportMs: 1000 },
    210,
  ],
];

describe('the response to a waiting runner', { timeout: 30_000 }, () => {
  for (const [sentence, holding, update, change, expected, index = 1] of rows)
    it(`is held until ${sentence}`, async (t) => {
      const served = await serve(t, holding);
      const response = served.send(index, update);
      await served.changes.reach(1);
      served.clock.ms += 1234;
      change(served);
      const instruction = await response;
      assert.deepEqual({ ...instruction, ...expected }, instruction);
      assert.deepEqual([instruction.nowMs, instruction.heldMs], [NOW + 1234, 1234]);
    });

  it('is sent after the maximum hold without a change, and the runner polls again at once', async (t) => {
    const { send } = await serve(t, { holdMs: 20 });
    assert.deepEqual(await send(1, READY), { instruction: 'Wait', nowMs: NOW, nextReportMs: 0, heldMs: 0 });
  });

  it('is not held when the runner does not prefer it, nor when there is an instruction', async (t) => {
    const { send, changes } = await serve(t, { status: STARTED });
    const waits = { instruction: 'Wait', nowMs: NOW, nextReportMs: 100 };
    assert.deepEqual(await send(1, FINISHED, { held: false }), waits);
    assert.deepEqual(await send(0, { ...FINISHED, intervals: 'Kept' }), { ...waits, wantsIntervals: true });
    assert.equal(changes.waits, 0);
  });

  it('is held for a normal update of a runner, but not for its last one', async (t) => {
    const { changes, server, write } = await serve(t);
    const directory = mkdtempSync(join(tmpdir(), 'held-'));
    t.after(() => rmSync(directory, { recursive: true }));
    const tokenFile = join(directory, 'token');
    writeFileSync(tokenFile, jwt(claimsOfPod(pod(1).metadata)));
    const operatorUrl = `http://127.0.0.1:${server.port}`;
    const exchange = createOperatorClient({ operatorUrl, tokenFile, clock: new OperatorClock() });
    const response = exchange(READY);
    await changes.reach(1);
    const lastInstruction = await exchange(READY, { atOnce: true });
    assert.equal('instruction' in lastInstruction && lastInstruction.instruction, 'Wait');
    assert.equal(changes.waits, 1);
    write(STARTED);
    const result = await response;
    assert.equal('instruction' in result && result.instruction, 'Start');
  });

  it('is sent when the operator ends, and the runner polls its successor after the usual delay', async (t) => {
    const { send, changes, server } = await serve(t);
    const responses = [0, 1].map((index) => send(index, READY));
    await changes.reach(2);
    changes.close();
    await server.close();
    for (const instruction of await Promise.all(responses))
      assert.deepEqual(instruction, { instruction: 'Wait', nowMs: NOW, nextReportMs: 100, heldMs: 0 });
  });

  it('is no longer held when the runner has disconnected', async (t) => {
    const { send, changes, counted } = await serve(t);
    const gone = new AbortController();
    const response = send(1, READY, { signal: gone.signal });
    await changes.reach(1);
    gone.abort();
    await assert.rejects(response);
    await counted.first;
    changes.notify(UID);
    assert.equal(changes.waits, 1);
  });

  it('is evaluated once for simultaneous changes, and not for changes of other tests', async (t) => {
    const { send, changes, write } = await serve(t);
    const response = send(1, READY);
    await changes.reach(1);
    changes.notify('another');
    for (let i = 0; i < 3; i++) changes.notify(UID);
    await send(0, READY, { held: false });
    assert.equal(changes.waits, 2);
    write(STARTED);
    await response;
  });

  it('is evaluated after every twentieth of a thousand runners that send their intervals', async (t) => {
    const { send, changes, updates } = await serve(t, { spec: { runners: { replicas: 1000 } }, status: STARTED });
    const response = send(999, { ...FINISHED, intervals: 'Kept' });
    await changes.reach(1);
    for (let index = 0; index < 100; index++) {
      updates.putIntervals(UID, index, INTERVALS, 1000);
      await new Promise((turn) => setImmediate(turn));
    }
    assert.equal(changes.waits, 1 + 5);
    updates.forget(UID);
    changes.close();
    await response;
  });

  it('belongs to an update that is stored once, on arrival', async (t) => {
    const { send, changes, updates, clock, enqueued, counted, write } = await serve(t);
    const response = send(1, READY);
    await changes.reach(1);
    assert.equal(updates.of(UID).get(1)?.receivedAtMs, NOW);
    clock.ms += 1000;
    changes.notify(UID);
    await changes.reach(2);
    write(STARTED);
    await response;
    assert.equal(updates.of(UID).get(1)?.receivedAtMs, NOW);
    assert.deepEqual([enqueued, counted.statuses], [['shop/checkout'], [200]]);
  });

  it('does not delay a later update of the same runner', async (t) => {
    const { send, changes, updates } = await serve(t);
    const response = send(1, READY);
    await changes.reach(1);
    const failed = await send(1, { phase: 'Failed', message: 'no memory' }, { held: false });
    assert.equal(failed.instruction, 'Wait');
    assert.equal(updates.of(UID).get(1)?.update.phase, 'Failed');
    changes.close();
    await response;
  });
});
