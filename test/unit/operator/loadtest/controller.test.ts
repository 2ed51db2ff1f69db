import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { operatorLimitsSchema } from '../../../../api/common/operator-limits.ts';
import { type ConditionType, findCondition } from '../../../../api/status/conditions.ts';
import type { LoadTestStatus } from '../../../../api/status/loadtest-status.ts';
import { ResourceStore } from '../../../../operator/kube/resource-store.ts';
import type { Resource } from '../../../../operator/kube/types.ts';
import { LoadTestController } from '../../../../operator/loadtest/controller.ts';
import { parseLoadTest } from '../../../../operator/loadtest/resources/loadtest-resource.ts';
import { UpdateStore } from '../../../../operator/updates/update-store.ts';
import { type Answer, type Asked, apiServer, failure } from '../../../support/api-server.ts';
import { at, job, NOW, resource, snapshot, UID, update } from '../../../support/operator-fixtures.ts';

const KEY = 'shop/checkout';
const ADMITTED: LoadTestStatus = { startTime: at(-10_000) };

/** A controller of one LoadTest, in a cluster that answers as `answer` says, and where all that is written is taken. */
async function controllerOf(before: LoadTestStatus, response: (asked: Asked) => Answer | undefined) {
  let version = 10;
  let test: Resource = resource({}, before);
  const updates = new UpdateStore();
  const { client, asked } = await apiServer((call) => {
    const said = response(call);
    if (said !== undefined) return said;
    if (!call.url.pathname.endsWith('/status')) return { code: 201, body: {} };
    const { status } = call.body as { status: LoadTestStatus };
    test = { ...test, metadata: { ...test.metadata, resourceVersion: String(++version) }, status };
    return { code: 200, body: test };
  });
  const logged: string[] = [];
  const log = { info: () => {}, warn: (text: string) => void logged.push(text), error: () => {} };
  const clock = { ms: NOW };
  const controller = new LoadTestController({
    client,
    config: {
      runnerImage: 'runner:1',
      runnerImagePullPolicy: 'IfNotPresent',
      scrapeAnnotations: true,
      operatorUrl: 'http://operator:8090',
      reportPort: 0,
      metricsPort: 0,
      limits: operatorLimitsSchema.parse({}),
    },
    tests: new ResourceStore({ get: () => test, list: () => [test] }, parseLoadTest),
    jobs: { get: () => undefined, indexed: () => [] },
    pods: { indexed: () => [] },
    updates,
    now: () => clock.ms,
    listeningSinceMs: () => NOW,
    log,
  });
  const calls = (method: string, plural: string) =>
    asked.filter((call) => call.method === method && call.url.pathname.endsWith(`/${plural}`)).length;
  return {
    look: () => controller.reconcile(KEY),
    condition: (type: ConditionType) => findCondition((test.status as LoadTestStatus).conditions, type),
    status: () => test.status as LoadTestStatus,
    ...{ calls, clock, logged, updates },
  };
}

const making =
  (response: Answer, there: readonly unknown[] = []) =>
  ({ method, url }: Asked): Answer | undefined => {
    if (!url.pathname.endsWith('/jobs')) return undefined;
    return method === 'POST' ? response : { code: 200, body: { items: there } };
  };

describe('the Job of a LoadTest', () => {
  it('is taken for made when it is there already and its own', async () => {
    const { look, condition, calls } = await controllerOf(ADMITTED, making(failure(409, 'AlreadyExists'), [job()]));
    await look();
    await look();
    assert.equal(condition('Ready')?.reason, 'WaitingForRunners');
    assert.equal(calls('GET', 'jobs'), 1, 'asked once whose it is');
  });

  it("is not taken for made when somebody else's has its name", async () => {
    const other = { ...job(), metadata: { ...job().metadata, ownerReferences: [] } };
    const { look, condition } = await controllerOf(ADMITTED, making(failure(409, 'AlreadyExists'), [other]));
    await look();
    await look();
    assert.equal(condition('Ready')?.reason, 'JobRefused');
    assert.match(condition('Ready')?.message ?? '', /is there already, and was made by somebody else/);
  });

  it('that was made a moment ago is not asked about: the watch may lag behind', async () => {
    let made = 0;
    const { look, calls } = await controllerOf(ADMITTED, (call) =>
      making(made++ === 0 ? { code: 201, body: {} } : failure(409, 'AlreadyExists'))(call),
    );
    await look();
    await look();
    assert.deepEqual([calls('POST', 'jobs'), calls('GET', 'jobs')], [2, 0]);
  });

  const refusals: [what: string, response: Answer][] = [
    ['a quota', failure(403, 'Forbidden', 'exceeded quota: no-jobs')],
    ['a quota that is just being changed', failure(409, 'Conflict', 'resourcequotas "no-jobs" was changed')],
    ['an admission webhook that is down', failure(500, 'InternalError', 'failed calling webhook')],
  ];
  for (const [what, response] of refusals)
    it(`that ${what} refuses is told at once, tried again soon, and no later than the test may wait`, async () => {
      const { look, condition, calls, clock, logged } = await controllerOf(ADMITTED, making(response));
      assert.equal(await look(), 0, 'looks again to tell it');
      assert.equal(await look(), 3000);
      assert.deepEqual(condition('Ready')?.reason, 'JobRefused');
      assert.equal(calls('POST', 'jobs'), 2);
      clock.ms = NOW + 289_000;
      assert.equal(await look(), 1000);
      clock.ms = NOW + 290_000;
      await look();
      assert.equal(condition('Ready')?.reason, 'ReadyTimeout');
      assert.deepEqual(logged, ['the Job was refused']);
    });
});

describe('the full report of a LoadTest', () => {
  const LOADED: LoadTestStatus = { startTime: at(-30_000), loadStartTime: at(-12_000) };

  /** A LoadTest whose runners have just finished, where the keeping of its report is answered so. */
  async function finishing(keeping: () => Answer | undefined) {
    const controller = await controllerOf(LOADED, ({ url }) =>
      url.pathname.endsWith('/configmaps') ? keeping() : undefined,
    );
    for (const index of [0, 1])
      controller.updates.put(UID, ...update(index, { phase: 'Finished', snapshot: snapshot(500) }));
    const complete = () => controller.condition('Complete')?.status === 'True';
    return { ...controller, complete };
  }

  const transient: [what: string, response: Answer][] = [
    ['is not well', failure(500, 'InternalError')],
    ['has too much to do', failure(429, 'TooManyRequests')],
    ['is being replaced', failure(503, 'ServiceUnavailable')],
    ['has a quota that is just being changed', failure(409, 'Conflict')],
  ];
  for (const [what, response] of transient)
    it(`is tried again before the test is complete while the API server ${what}`, async () => {
      let tries = 0;
      const { look, complete, status } = await finishing(() => (tries++ < 2 ? response : undefined));
      await assert.rejects(look);
      await assert.rejects(look);
      assert.equal(complete(), false);
      await look();
      assert.equal(complete(), true);
      assert.match(status().report?.configMapRef.name ?? '', /^checkout-report-/);
    });

  it('is kept where it is there already: from before an operator was restarted', async () => {
    const { look, status } = await finishing(() => failure(409, 'AlreadyExists'));
    await look();
    assert.ok(status().report);
  });

  const lost = 'the full report is not kept: it is too much';
  for (const code of [403, 413, 422])
    it(`is given up where the cluster refuses it with ${code}, and the result says so`, async () => {
      const { look, condition, status, logged } = await finishing(() => failure(code, 'Refused', 'it is too much'));
      await look();
      assert.deepEqual([condition('Complete')?.reason, condition('Complete')?.message], ['Finished', lost]);
      assert.deepEqual([status().report, status().counts?.done], [undefined, 1000]);
      assert.deepEqual(logged, ['could not persist the full report']);
    });

  it('does not keep the result for ever: after a minute in vain it is given up', async () => {
    const { look, complete, condition, clock } = await finishing(() => failure(500, 'InternalError', 'it is too much'));
    await assert.rejects(look);
    clock.ms += 59_999;
    await assert.rejects(look);
    assert.equal(complete(), false);
    clock.ms += 1;
    await look();
    assert.equal(condition('Complete')?.message, lost);
  });
});
