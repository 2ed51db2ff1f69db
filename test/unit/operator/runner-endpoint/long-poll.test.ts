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
import { Changes } from '../../../../operator/runner-endpoint/changes.ts';
import { updateHandler } from '../../../../operator/runner-endpoint/server.ts';
import { listen } from '../../../../operator/runtime/http.ts';
import { UpdateStore } from '../../../../operator/updates/update-store.ts';
import { createOperatorClient } from '../../../../runner/agent/operator-client.ts';
import { OperatorClock } from '../../../../runner/agent/operator-clock.ts';
import { at, job, NOW, pod, resource, snapshot, UID } from '../../../support/operator-fixtures.ts';

/** Tells of everybody who begins to wait. */
class WatchedChanges extends Changes {
  waits = 0;
  #reached = () => {};

  override next(uid: string, signal: AbortSignal): Promise<void> {
    this.waits++;
    const changed = super.next(uid, signal);
    this.#reached();
    return changed;
  }

  /** Resolves when somebody has begun to wait for the `count`th time. */
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

/** A runner endpoint that holds its responses for a minute, if asked to; the token of a runner is its index. */
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
  const observedState = {
    authenticate: async (token: string) => {
      const { namespace, name, uid } = podOf(token).metadata;
      return { kind: 'Pod' as const, pod: { namespace, name, uid } };
    },
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
    updateHandler(observedState, log, (status) => {
      counted.push(status);
      firstCounted.resolve();
    }),
  );
  t.after(async () => {
    changes.close();
    await server.close();
  });

  const tell = async (
    index: number,
    update: RunnerUpdate,
    { held = true, signal }: Tell = {},
  ): Promise<Instruction> => {
    const response = await fetch(`http://127.0.0.1:${server.port}${RUNNER_UPDATE_PATH}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${index}`, ...(held && { prefer: 'wait=60' }) },
      body: JSON.stringify(encodeRunnerUpdate(update)),
      ...(signal && { signal }),
    });
    return (await response.json()) as Instruction;
  };
  /** A change of the LoadTest, which our own write or the watch tells of. */
  const next = (change: Partial<Resource>): Resource => {
    const before = cached.test!;
    const resourceVersion = String(Number(before.metadata.resourceVersion) + 1);
    return { ...before, ...change, metadata: { ...before.metadata, ...change.metadata, resourceVersion } };
  };
  return {
    tell,
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
type Tell = { held?: boolean; signal?: AbortSignal };
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
    generated: 1,
    done: 1,
    errors: 0,
    responseTime: snapshot(1).requests[0]!.responseTime,
  },
};

type Row = [
  sentence: string,
  holding: Holding,
  report: RunnerUpdate,
  change: (served: Served) => void,
  response: Partial<Instruction>,
  index?: number,
];
const rows: Row[] = [
  ['the start is written', {}, READY, (s) => s.write(STARTED), { instruction: 'Start', startAtMs: NOW + 1234 }],
  ['the watch brings the start', {}, READY, (s) => s.see({ status: STARTED }), { instruction: 'Start' }],
  [
    'its runners are to stop',
    {},
    READY,
    (s) => s.updates.stop(UID, 'enough'),
    { instruction: 'Stop', reason: 'enough' },
  ],
  ['the test has ended without it', {}, READY, (s) => s.write(COMPLETE), { instruction: 'Stop' }],
  [
    'the test is being deleted',
    {},
    READY,
    (s) => s.see({ metadata: { ...resource().metadata, deletionTimestamp: at(0) } }),
    { instruction: 'Stop', reason: 'the LoadTest is being deleted' },
  ],
  ['the test is gone', {}, READY, (s) => s.seeGone(), { instruction: 'Stop', reason: 'the LoadTest is gone' }],
  [
    "what the script's setup answered with is known",
    { spec: SCRIPT, status: STARTED },
    READY,
    ({ updates }) =>
      updates.put(UID, 0, { podUid: 'pod-0', receivedAtMs: NOW, update: { phase: 'Running', setup: '{}' } }),
    { instruction: 'Start', setup: '{}' },
  ],
  [
    'every runner has ended and its script may tear down',
    { spec: SCRIPT, status: STARTED },
    { ...FINISHED, teardown: { state: 'Pending' } },
    (s) => s.updates.tearDown(UID),
    { instruction: 'TearDown' },
  ],
  [
    'its final report is persisted',
    { status: STARTED },
    FINISHED,
    (s) => s.write(COMPLETE),
    { instruction: 'Accepted' },
  ],
  [
    'it is its turn to tell the intervals of its run',
    { spec: { runners: { replicas: 1000 } }, status: STARTED },
    { ...FINISHED, intervals: 'Kept' },
    ({ updates }) => {
      for (let index = 0; index < 20; index++) updates.putIntervals(UID, index, INTERVALS, 1000);
    },
    { instruction: 'Wait', wantsIntervals: true, nextReportMs: 1000 },
    210,
  ],
];

describe('the answer to a runner that waits', { timeout: 30_000 }, () => {
  for (const [sentence, holding, report, change, expected, index = 1] of rows)
    it(`is held until ${sentence}`, async (t) => {
      const served = await serve(t, holding);
      const response = served.tell(index, report);
      await served.changes.reach(1);
      served.clock.ms += 1234;
      change(served);
      const told = await response;
      assert.deepEqual({ ...told, ...expected }, told);
      assert.deepEqual([told.nowMs, told.heldMs], [NOW + 1234, 1234]);
    });

  it('comes at last although nothing has changed, and the runner asks again at once', async (t) => {
    const { tell } = await serve(t, { holdMs: 20 });
    assert.deepEqual(await tell(1, READY), { instruction: 'Wait', nowMs: NOW, nextReportMs: 0, heldMs: 0 });
  });

  it('is not held when the runner does not ask for that, nor when there is something to do', async (t) => {
    const { tell, changes } = await serve(t, { status: STARTED });
    const waits = { instruction: 'Wait', nowMs: NOW, nextReportMs: 100 };
    assert.deepEqual(await tell(1, FINISHED, { held: false }), waits);
    assert.deepEqual(await tell(0, { ...FINISHED, intervals: 'Kept' }), { ...waits, wantsIntervals: true });
    assert.equal(changes.waits, 0);
  });

  it('is held when the runner reports in the usual way, but not when it takes its leave', async (t) => {
    const { changes, server, write } = await serve(t);
    const directory = mkdtempSync(join(tmpdir(), 'held-'));
    t.after(() => rmSync(directory, { recursive: true }));
    const tokenFile = join(directory, 'token');
    writeFileSync(tokenFile, '1');
    const operatorUrl = `http://127.0.0.1:${server.port}`;
    const exchange = createOperatorClient({ operatorUrl, tokenFile, clock: new OperatorClock() });
    const response = exchange(READY);
    await changes.reach(1);
    const leave = await exchange(READY, { atOnce: true });
    assert.equal('instruction' in leave && leave.instruction, 'Wait');
    assert.equal(changes.waits, 1);
    write(STARTED);
    const told = await response;
    assert.equal('instruction' in told && told.instruction, 'Start');
  });

  it('comes when the operator ends, and the runner asks its successor in the usual time', async (t) => {
    const { tell, changes, server } = await serve(t);
    const responses = [0, 1].map((index) => tell(index, READY));
    await changes.reach(2);
    changes.close();
    await server.close();
    for (const told of await Promise.all(responses))
      assert.deepEqual(told, { instruction: 'Wait', nowMs: NOW, nextReportMs: 100, heldMs: 0 });
  });

  it('is held for nobody when the runner has gone', async (t) => {
    const { tell, changes, counted } = await serve(t);
    const gone = new AbortController();
    const response = tell(1, READY, { signal: gone.signal });
    await changes.reach(1);
    gone.abort();
    await assert.rejects(response);
    await counted.first;
    changes.notify(UID);
    assert.equal(changes.waits, 1);
  });

  it('is looked at once for all that changes together, and not for other tests', async (t) => {
    const { tell, changes, write } = await serve(t);
    const response = tell(1, READY);
    await changes.reach(1);
    changes.notify('another');
    for (let i = 0; i < 3; i++) changes.notify(UID);
    await tell(0, READY, { held: false });
    assert.equal(changes.waits, 2);
    write(STARTED);
    await response;
  });

  it('is looked at now and then, not with each of a thousand runners that tells its intervals', async (t) => {
    const { tell, changes, updates } = await serve(t, { spec: { runners: { replicas: 1000 } }, status: STARTED });
    const response = tell(999, { ...FINISHED, intervals: 'Kept' });
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

  it('is of a report that is taken when it comes, once', async (t) => {
    const { tell, changes, updates, clock, enqueued, counted, write } = await serve(t);
    const response = tell(1, READY);
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

  it('does not block a later update of the same runner', async (t) => {
    const { tell, changes, updates } = await serve(t);
    const response = tell(1, READY);
    await changes.reach(1);
    const failed = await tell(1, { phase: 'Failed', message: 'no memory' }, { held: false });
    assert.equal(failed.instruction, 'Wait');
    assert.equal(updates.of(UID).get(1)?.update.phase, 'Failed');
    changes.close();
    await response;
  });
});
