import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { API_VERSION, SCHEDULED_LOAD_TEST } from '../../../../api/common/group.ts';
import { operatorLimitsSchema } from '../../../../api/common/operator-limits.ts';
import { ResourceStore } from '../../../../operator/kube/resource-store.ts';
import type { Resource } from '../../../../operator/kube/types.ts';
import { ScheduleController } from '../../../../operator/scheduled/controller.ts';
import { parseSchedule } from '../../../../operator/scheduled/scheduled-resource.ts';
import { type ApiRequest, type ApiResponse, apiServer, failure } from '../../../support/operator/api-server.ts';

const NOW = Date.parse('2026-03-01T10:00:00Z');
const schedule: Resource = {
  metadata: {
    ...{ name: 'hourly', namespace: 'shop', uid: 'schedule-uid', resourceVersion: '7', generation: 1 },
    creationTimestamp: '2026-03-01T09:30:00Z',
  },
  spec: {
    schedule: '0 * * * *',
    loadTestTemplate: {
      spec: { target: { url: 'http://a' }, load: { type: 'Closed', closed: { users: 1, iterations: 1 } } },
    },
  },
};

/** The list with the LoadTest that already has the name of the due run, owned by the schedule with that UID. */
const existingOf = (uid: string): ApiResponse => {
  const owner = { apiVersion: API_VERSION, kind: SCHEDULED_LOAD_TEST.kind, name: 'hourly', uid, controller: true };
  return { code: 200, body: { items: [{ metadata: { ownerReferences: [owner] } }] } };
};

const NO_PODS: ApiResponse = { code: 200, body: { items: [] } };

/** One reconcile of the due schedule. The API server responds with `creation` to the creation of the LoadTest, and with `existing` to its list. */
async function reconcileOnce(
  creation: ApiResponse,
  existing: ApiResponse = existingOf('schedule-uid'),
  { releaseFrom, pods = NO_PODS }: { releaseFrom?: object; pods?: ApiResponse } = {},
) {
  const isAbout = ({ url }: ApiRequest, plural: string) => url.pathname.endsWith(`/${plural}`);
  const { client, requests } = await apiServer((call) => {
    if (isAbout(call, 'pods')) return pods;
    if (isAbout(call, 'loadtests')) return call.method === 'POST' ? creation : existing;
    return { code: 200, body: { ...schedule, metadata: { ...schedule.metadata, resourceVersion: '8' } } };
  });
  const object =
    releaseFrom === undefined ? schedule : { ...schedule, spec: { ...(schedule.spec as object), releaseFrom } };
  const logged: string[] = [];
  const log = { info: () => {}, warn: (text: string) => void logged.push(text), error: () => {} };
  const controller = new ScheduleController({
    client,
    limits: operatorLimitsSchema.parse({}),
    schedules: new ResourceStore({ get: () => object, list: () => [object] }, parseSchedule),
    tests: { indexed: () => [] },
    now: () => NOW,
    log,
  });
  const againMs = await controller.reconcile('shop/hourly');
  const event = requests.find((call) => isAbout(call, 'events'))?.body as { reason: string; note: string };
  const status = requests.find((call) => isAbout(call, 'status'))?.body as { status: { lastScheduleTime?: string } };
  const made = requests.find((call) => isAbout(call, 'loadtests') && call.method === 'POST')?.body as Made;
  return { release: made.spec.release, againMs, event, lastScheduleTime: status?.status.lastScheduleTime, logged };
}

type Made = { spec: { release?: string } };

describe('the release of a LoadTest', () => {
  const releaseFrom = { matchLabels: { app: 'checkout' } };
  const pod = {
    metadata: { name: 'a' },
    spec: { containers: [{ name: 'a', image: 'a:v42' }] },
    status: { phase: 'Running' },
  };
  const rows: [sentence: string, pods: ApiResponse, release: string | undefined, logged: string[]][] = [
    ['is that of the pods of the target', { code: 200, body: { items: [pod] } }, 'v42', []],
    [
      'is left out when it cannot be read',
      failure(403, 'Forbidden', 'denied'),
      undefined,
      ['could not read the release of the target'],
    ],
  ];
  for (const [sentence, pods, release, logged] of rows)
    it(sentence, async () => {
      const found = await reconcileOnce({ code: 201, body: {} }, undefined, { releaseFrom, pods });
      assert.deepEqual([found.event.reason, found.release, found.logged], ['Created', release, logged]);
    });
});

describe('the LoadTest of a due time', () => {
  it('is reported in an event and persisted in lastScheduleTime when it was created', async () => {
    const { event, lastScheduleTime, againMs } = await reconcileOnce({ code: 201, body: {} });
    assert.deepEqual([event.reason, lastScheduleTime, againMs], ['Created', '2026-03-01T10:00:00Z', 3600_000]);
  });

  it('counts as created when this schedule created it before', async () => {
    const { event, lastScheduleTime } = await reconcileOnce(failure(409, 'AlreadyExists'));
    assert.deepEqual([event.reason, lastScheduleTime], ['Created', '2026-03-01T10:00:00Z']);
  });

  const refusals: [cause: string, creation: ApiResponse, existing: ApiResponse, note: RegExp][] = [
    [
      'an object of another owner has its name',
      failure(409, 'AlreadyExists'),
      existingOf('earlier'),
      /was made by somebody else/,
    ],
    [
      'a quota is just being updated',
      failure(409, 'Conflict', 'resourcequotas "x"'),
      existingOf(''),
      /resourcequotas "x"/,
    ],
    ['a policy forbids it', failure(403, 'Forbidden', 'denied'), existingOf(''), /is not created: denied/],
  ];
  for (const [cause, creation, existing, note] of refusals)
    it(`stays due, with an event, when ${cause}`, async () => {
      const { event, lastScheduleTime, againMs, logged } = await reconcileOnce(creation, existing);
      assert.deepEqual([event.reason, lastScheduleTime, againMs], ['FailedCreate', undefined, 5000]);
      assert.match(event.note, note);
      assert.deepEqual(logged, ['could not create a LoadTest']);
    });
});
