import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findCondition } from '../../api/conditions.ts';
import { operatorLimitsSchema } from '../../api/operator-limits.ts';
import type { LoadTestStatus } from '../../api/status.ts';
import type { Resource } from '../../operator/kube/types.ts';
import { LoadTestController } from '../../operator/loadtest/controller.ts';
import { parseTest } from '../../operator/loadtest/test.ts';
import { ReportStore } from '../../operator/reports.ts';
import { ResourceStore } from '../../operator/store.ts';
import { type Answer, type Asked, apiServer, failure } from './api-server.ts';
import { at, job, NOW, resource } from './operator-fixtures.ts';

const KEY = 'shop/checkout';
const ADMITTED: LoadTestStatus = { startTime: at(-10_000) };

/** A controller of one LoadTest, in a cluster that answers as `answer` says, and where all that is written is taken. */
async function controllerOf(before: LoadTestStatus, answer: (asked: Asked) => Answer | undefined) {
  let version = 10;
  let test: Resource = resource({}, before);
  const { client, asked } = await apiServer((call) => {
    const said = answer(call);
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
      operatorUrl: 'http://operator:8090',
      reportPort: 0,
      metricsPort: 0,
      limits: operatorLimitsSchema.parse({}),
    },
    tests: new ResourceStore({ get: () => test, list: () => [test] }, parseTest),
    jobs: { get: () => undefined, indexed: () => [] },
    pods: { indexed: () => [] },
    reports: new ReportStore(),
    now: () => clock.ms,
    listeningSinceMs: () => NOW,
    log,
  });
  const calls = (method: string, plural: string) =>
    asked.filter((call) => call.method === method && call.url.pathname.endsWith(`/${plural}`)).length;
  return {
    look: () => controller.reconcile(KEY),
    ready: () => findCondition((test.status as LoadTestStatus).conditions, 'Ready'),
    ...{ calls, clock, logged },
  };
}

const making =
  (answer: Answer, there: readonly unknown[] = []) =>
  ({ method, url }: Asked): Answer | undefined => {
    if (!url.pathname.endsWith('/jobs')) return undefined;
    return method === 'POST' ? answer : { code: 200, body: { items: there } };
  };

describe('the Job of a LoadTest', () => {
  it('is taken for made when it is there already and its own', async () => {
    const { look, ready, calls } = await controllerOf(ADMITTED, making(failure(409, 'AlreadyExists'), [job()]));
    await look();
    await look();
    assert.equal(ready()?.reason, 'WaitingForRunners');
    assert.equal(calls('GET', 'jobs'), 1, 'asked once whose it is');
  });

  it("is not taken for made when somebody else's has its name", async () => {
    const other = { ...job(), metadata: { ...job().metadata, ownerReferences: [] } };
    const { look, ready } = await controllerOf(ADMITTED, making(failure(409, 'AlreadyExists'), [other]));
    await look();
    await look();
    assert.equal(ready()?.reason, 'JobRefused');
    assert.match(ready()?.message ?? '', /is there already, and was made by somebody else/);
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

  const refusals: [what: string, answer: Answer][] = [
    ['a quota', failure(403, 'Forbidden', 'exceeded quota: no-jobs')],
    ['a quota that is just being changed', failure(409, 'Conflict', 'resourcequotas "no-jobs" was changed')],
    ['an admission webhook that is down', failure(500, 'InternalError', 'failed calling webhook')],
  ];
  for (const [what, answer] of refusals)
    it(`that ${what} refuses is told at once, tried again soon, and no later than the test may wait`, async () => {
      const { look, ready, calls, clock, logged } = await controllerOf(ADMITTED, making(answer));
      assert.equal(await look(), 0, 'looks again to tell it');
      assert.equal(await look(), 3000);
      assert.deepEqual(ready()?.reason, 'JobRefused');
      assert.equal(calls('POST', 'jobs'), 2);
      clock.ms = NOW + 289_000;
      assert.equal(await look(), 1000);
      clock.ms = NOW + 290_000;
      await look();
      assert.equal(ready()?.reason, 'ReadyTimeout');
      assert.deepEqual(logged, ['the Job was refused']);
    });
});
