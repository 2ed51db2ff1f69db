import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LABEL_TEST_UID } from '../../../../api/common/names.ts';
import { operatorLimitsSchema } from '../../../../api/common/operator-limits.ts';
import { type ConditionType, findCondition } from '../../../../api/status/conditions.ts';
import type { LoadTestStatus } from '../../../../api/status/loadtest-status.ts';
import { ResourceStore } from '../../../../operator/kube/resource-store.ts';
import type { Job, JobManifest, Resource } from '../../../../operator/kube/types.ts';
import { LoadTestController } from '../../../../operator/loadtest/controller.ts';
import type { LoadTestDependencies } from '../../../../operator/loadtest/dependencies.ts';
import { parseLoadTest } from '../../../../operator/loadtest/resources/loadtest-resource.ts';
import { UpdateStore } from '../../../../operator/updates/update-store.ts';
import { type ApiRequest, type ApiResponse, apiServer, failure } from '../../../support/operator/api-server.ts';
import { at, JOB, job, NOW, resource, snapshot, UID, update } from '../../../support/operator/operator-fixtures.ts';

const KEY = 'shop/checkout';
const COMPLETE = { status: 'True' as const, reason: 'Finished', message: '', lastTransitionTime: at(0) };
const ADMITTED: LoadTestStatus = { startTime: at(-10_000) };

/** A controller of one LoadTest and its Job, if there is one. The API server responds with the result of `respond`, and accepts every request for which it is undefined. */
async function controllerOf(
  before: LoadTestStatus,
  respond: (request: ApiRequest) => ApiResponse | undefined,
  existing?: Job,
  orphans: Job[] = [],
  serving?: LoadTestDependencies['serving'],
) {
  let version = 10;
  let test: Resource = resource({}, before);
  const updates = new UpdateStore();
  const { client, requests } = await apiServer((call) => {
    const result = respond(call);
    if (result !== undefined) return result;
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
      firstScrapeMs: 0,
      runnerTemplate: {},
      operatorUrl: 'http://operator:8090',
      reportPort: 0,
      metricsPort: 0,
      limits: operatorLimitsSchema.parse({}),
    },
    tests: new ResourceStore({ get: () => test, list: () => [test] }, parseLoadTest),
    jobs: { get: () => existing, indexed: () => orphans },
    pods: { indexed: () => [] },
    knownJob: () => existing,
    updates,
    now: () => clock.ms,
    firstScrapeMs: () => 0,
    listeningSinceMs: () => NOW,
    log,
    serving,
  });
  const calls = (method: string, plural: string) =>
    requests.filter((call) => call.method === method && call.url.pathname.endsWith(`/${plural}`)).length;
  return {
    reconcile: () => controller.reconcile(KEY),
    condition: (type: ConditionType) => findCondition((test.status as LoadTestStatus).conditions, type),
    status: () => test.status as LoadTestStatus,
    ...{ calls, requests, clock, logged, updates },
  };
}

const jobCreation =
  (response: ApiResponse, existing: readonly unknown[] = []) =>
  ({ method, url }: ApiRequest): ApiResponse | undefined => {
    if (!url.pathname.endsWith('/jobs')) return undefined;
    return method === 'POST' ? response : { code: 200, body: { items: existing } };
  };

describe('a LoadTest that another installation of the operator serves', () => {
  const event = { type: 'Warning', reason: 'ServedByAnother', note: 'another serves it' } as const;
  const serving = { leftAlone: async () => ({ againMs: 5000, event }), over: async () => {} };

  it('is left alone with an event', async () => {
    const { reconcile, requests } = await controllerOf(ADMITTED, () => undefined, undefined, [], serving);
    assert.equal(await reconcile(), 5000);
    assert.deepEqual(
      requests.map(({ body }) => (body as { reason?: string }).reason),
      ['ServedByAnother'],
    );
  });

  it('has in an empty status what it waits for, written once and over no other version', async () => {
    const silent = { ...serving, leftAlone: async () => ({ againMs: 5000, waitsFor: 'waits for sys/a' }) };
    const { reconcile, requests, condition } = await controllerOf({}, () => undefined, undefined, [], silent);
    await reconcile();
    assert.deepEqual(await reconcile(), 5000);
    const { reason, message } = condition('Complete') ?? {};
    assert.deepEqual([reason, message], ['WaitingForLease', 'waits for sys/a']);
    assert.deepEqual(
      requests.map(({ body }) => (body as Resource).metadata.resourceVersion),
      [resource().metadata.resourceVersion],
    );
  });

  it('keeps the status that its installation wrote, while that one is silent', async () => {
    const silent = { ...serving, leftAlone: async () => ({ againMs: 5000, waitsFor: 'waits for sys/a' }) };
    const conditions = [{ ...COMPLETE, status: 'False' as const, type: 'Complete' as const }];
    const { reconcile, requests } = await controllerOf({ conditions }, () => undefined, undefined, [], silent);
    await reconcile();
    assert.deepEqual(requests, []);
  });

  it('is none once it is complete: what remains of it may be removed twice', async () => {
    const conditions = [{ ...COMPLETE, type: 'Complete' as const }];
    const { reconcile, requests } = await controllerOf({ conditions }, () => undefined, undefined, [], serving);
    await reconcile();
    assert.deepEqual(requests, []);
  });
});

describe('the Job of a LoadTest', () => {
  it('counts as created when it already exists and belongs to the LoadTest', async () => {
    const { reconcile, condition, calls } = await controllerOf(
      ADMITTED,
      jobCreation(failure(409, 'AlreadyExists'), [job()]),
    );
    await reconcile();
    await reconcile();
    assert.equal(condition('Ready')?.reason, 'WaitingForRunners');
    assert.equal(calls('GET', 'jobs'), 1, 'checks the owner once');
  });

  it('is refused when an object of another owner has its name', async () => {
    const other = { ...job(), metadata: { ...job().metadata, ownerReferences: [] } };
    const { reconcile, condition } = await controllerOf(ADMITTED, jobCreation(failure(409, 'AlreadyExists'), [other]));
    await reconcile();
    await reconcile();
    assert.equal(condition('Ready')?.reason, 'JobRefused');
    assert.match(condition('Ready')?.message ?? '', /is there already, and was made by somebody else/);
  });

  it('is not read when it was created just before, because the watch may lag behind', async () => {
    let made = 0;
    const { reconcile, calls } = await controllerOf(ADMITTED, (call) =>
      jobCreation(made++ === 0 ? { code: 201, body: {} } : failure(409, 'AlreadyExists'))(call),
    );
    await reconcile();
    await reconcile();
    assert.deepEqual([calls('POST', 'jobs'), calls('GET', 'jobs')], [2, 0]);
  });

  const refusals: [title: string, response: ApiResponse][] = [
    ['a quota', failure(403, 'Forbidden', 'exceeded quota: no-jobs')],
    ['a quota that is just being updated', failure(409, 'Conflict', 'resourcequotas "no-jobs" was changed')],
    ['a policy', failure(422, 'Invalid', "ValidatingAdmissionPolicy 'x' with binding 'x' denied request: no")],
    ['an unavailable admission webhook', failure(500, 'InternalError', 'failed calling webhook')],
  ];
  for (const [title, response] of refusals)
    it(`refused by ${title} is reported at once, and retried until the test has waited too long`, async () => {
      const { reconcile, condition, calls, clock, logged } = await controllerOf(ADMITTED, jobCreation(response));
      assert.equal(await reconcile(), 0, 'reconciles again to report it');
      assert.equal(await reconcile(), 3000);
      assert.deepEqual(condition('Ready')?.reason, 'JobRefused');
      assert.equal(calls('POST', 'jobs'), 2);
      clock.ms = NOW + 289_000;
      assert.equal(await reconcile(), 1000);
      clock.ms = NOW + 290_000;
      await reconcile();
      assert.equal(condition('Ready')?.reason, 'ReadyTimeout');
      assert.deepEqual(logged, ['the Job was refused']);
    });
});

describe('the Job of a LoadTest that can never be', () => {
  const terminating = failure(403, 'Forbidden', 'namespace shop is being terminated');
  const refusals: [title: string, response: ApiResponse][] = [
    ['is invalid', failure(422, 'Invalid', 'Job is invalid: spec.template.spec.tolerations[0].effect')],
    ['has an unknown field', failure(400, 'BadRequest', 'strict decoding error: unknown field "spec.template.a"')],
    [
      'is in a namespace that is being deleted',
      {
        ...terminating,
        body: { ...(terminating.body as object), details: { causes: [{ reason: 'NamespaceTerminating' }] } },
      },
    ],
  ];
  for (const [title, response] of refusals)
    it(`because it ${title} ends the test at once, without a warning`, async () => {
      const { reconcile, condition, calls, logged } = await controllerOf(ADMITTED, jobCreation(response));
      assert.equal(await reconcile(), 0, 'reconciles again to report it');
      await reconcile();
      assert.deepEqual([condition('Complete')?.status, condition('Complete')?.reason], ['True', 'Invalid']);
      assert.ok(condition('Complete')?.message.includes((response.body as { message: string }).message));
      assert.deepEqual([calls('POST', 'jobs'), logged], [1, []]);
    });

  it('because it has unknown fields is asked for', async () => {
    const { reconcile, requests } = await controllerOf(ADMITTED, () => undefined);
    await reconcile();
    const creation = requests.find(({ method, url }) => method === 'POST' && url.pathname.endsWith('/jobs'));
    assert.equal(creation?.url.searchParams.get('fieldValidation'), 'Strict');
  });
});

describe('the Job of a LoadTest that has lost a pod before the load', () => {
  it('is deleted, and replaced by one that knows why and since when runners are awaited', async () => {
    const { reconcile, calls, requests } = await controllerOf(
      ADMITTED,
      () => undefined,
      job({ failedIndexes: '1', startTime: at(-9_000) }),
    );
    await reconcile();
    // The watch has not delivered the deletion yet.
    await reconcile();
    const deleted = requests
      .filter(({ method }) => method === 'DELETE')
      .map(({ url }) => url.pathname.split('/').at(-1));
    assert.deepEqual([deleted, calls('POST', 'jobs')], [[JOB], 1]);
    const { metadata, spec } = requests.find(({ method, url }) => method === 'POST' && url.pathname.endsWith('/jobs'))!
      .body as JobManifest;
    assert.deepEqual(JSON.parse(metadata?.annotations?.['loadtest.dev/predecessors'] ?? ''), {
      count: 1,
      awaitedSince: at(-9_000),
      message: 'the pod of runner 1 is gone',
    });
    assert.equal(spec?.suspend, undefined);
  });

  it('is replaced by a suspended Job if it is suspended, for which nobody waits yet', async () => {
    const { reconcile, requests } = await controllerOf(
      ADMITTED,
      () => undefined,
      job({ failedIndexes: '0,1' }, { suspend: true }),
    );
    await reconcile();
    const { metadata, spec } = requests.find(({ method, url }) => method === 'POST' && url.pathname.endsWith('/jobs'))!
      .body as JobManifest;
    assert.equal(spec?.suspend, true);
    assert.doesNotMatch(metadata?.annotations?.['loadtest.dev/predecessors'] ?? '', /awaitedSince/);
  });
});

describe('the Job of a LoadTest that the watch does not know', () => {
  const rows: [sentence: string, live: string | undefined, deletions: number][] = [
    ['is deleted when the LoadTest is gone', undefined, 1],
    ['is deleted when another LoadTest has the name', 'another-uid', 1],
    ['is left alone when the LoadTest is there: another operator runs it, and the watch lags behind', 'newer-uid', 0],
  ];
  for (const [sentence, live, deletions] of rows)
    it(sentence, async () => {
      const { metadata, ...rest } = job();
      const orphan = {
        ...rest,
        metadata: { ...metadata, labels: { ...metadata.labels, [LABEL_TEST_UID]: 'newer-uid' } },
      };
      const { reconcile, requests } = await controllerOf(
        ADMITTED,
        ({ method, url }) =>
          method === 'GET' && url.pathname.endsWith('/loadtests')
            ? { code: 200, body: { items: live === undefined ? [] : [{ metadata: { uid: live } }] } }
            : undefined,
        job(),
        [orphan],
      );
      await reconcile();
      const reads = requests.filter(({ url }) => url.pathname.endsWith('/loadtests'));
      assert.deepEqual(
        reads.map(({ url }) => url.searchParams.get('fieldSelector')),
        ['metadata.name=checkout'],
      );
      assert.equal(requests.filter(({ method }) => method === 'DELETE').length, deletions);
    });
});

describe('the full report of a LoadTest', () => {
  const LOADED: LoadTestStatus = { startTime: at(-30_000), loadStartTime: at(-12_000) };

  /** A LoadTest whose runners have just finished; the API server responds to the write of the report with the result of `keeping`. */
  async function finishing(keeping: () => ApiResponse | undefined) {
    const controller = await controllerOf(LOADED, ({ url }) =>
      url.pathname.endsWith('/configmaps') ? keeping() : undefined,
    );
    for (const index of [0, 1])
      controller.updates.put(UID, ...update(index, { phase: 'Finished', snapshot: snapshot(500) }));
    const complete = () => controller.condition('Complete')?.status === 'True';
    return { ...controller, complete };
  }

  const transient: [title: string, response: ApiResponse][] = [
    ['fails internally', failure(500, 'InternalError')],
    ['is overloaded', failure(429, 'TooManyRequests')],
    ['is unavailable', failure(503, 'ServiceUnavailable')],
    ['has a quota that is just being updated', failure(409, 'Conflict')],
  ];
  for (const [title, response] of transient)
    it(`is retried before the test is complete while the API server ${title}`, async () => {
      let tries = 0;
      const { reconcile, complete, status } = await finishing(() => (tries++ < 2 ? response : undefined));
      await assert.rejects(reconcile);
      await assert.rejects(reconcile);
      assert.equal(complete(), false);
      await reconcile();
      assert.equal(complete(), true);
      assert.match(status().report?.configMapRef.name ?? '', /^checkout-report-/);
    });

  it('counts as persisted when it already exists from before a restart of the operator', async () => {
    const { reconcile, status } = await finishing(() => failure(409, 'AlreadyExists'));
    await reconcile();
    assert.ok(status().report);
  });

  const lost = 'the full report is not kept: it is too much';
  for (const code of [403, 413, 422])
    it(`is dropped when the API server refuses it with ${code}, and the condition Complete reports it`, async () => {
      const { reconcile, condition, status, logged } = await finishing(() =>
        failure(code, 'Refused', 'it is too much'),
      );
      await reconcile();
      assert.deepEqual([condition('Complete')?.reason, condition('Complete')?.message], ['Finished', lost]);
      assert.deepEqual([status().report, status().counts?.done], [undefined, 1000]);
      assert.deepEqual(logged, ['could not persist the full report']);
    });

  it('is dropped after a minute of failures, so that it does not delay the result', async () => {
    const { reconcile, complete, condition, clock } = await finishing(() =>
      failure(500, 'InternalError', 'it is too much'),
    );
    await assert.rejects(reconcile);
    clock.ms += 59_999;
    await assert.rejects(reconcile);
    assert.equal(complete(), false);
    clock.ms += 1;
    await reconcile();
    assert.equal(condition('Complete')?.message, lost);
  });
});
