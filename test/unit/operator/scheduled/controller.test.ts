import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { API_VERSION, SCHEDULED_LOAD_TEST } from '../../../../api/common/group.ts';
import { operatorLimitsSchema } from '../../../../api/common/operator-limits.ts';
import { ResourceStore } from '../../../../operator/kube/resource-store.ts';
import type { Resource } from '../../../../operator/kube/types.ts';
import { ScheduleController } from '../../../../operator/scheduled/controller.ts';
import { parseSchedule } from '../../../../operator/scheduled/scheduled-resource.ts';
import { type Answer, type Asked, apiServer, failure } from '../../../support/api-server.ts';

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

/** The LoadTest that has the name of the run that is due, of the schedule with that uid. */
const thereOf = (uid: string): Answer => {
  const owner = { apiVersion: API_VERSION, kind: SCHEDULED_LOAD_TEST.kind, name: 'hourly', uid, controller: true };
  return { code: 200, body: { items: [{ metadata: { ownerReferences: [owner] } }] } };
};

/** The one look at the schedule at its time, by a cluster that answers so to the making of a LoadTest and to the question whose it is. */
async function look(making: Answer, there: Answer = thereOf('schedule-uid')) {
  const isAbout = ({ url }: Asked, plural: string) => url.pathname.endsWith(`/${plural}`);
  const { client, asked } = await apiServer((call) => {
    if (isAbout(call, 'loadtests')) return call.method === 'POST' ? making : there;
    return { code: 200, body: { ...schedule, metadata: { ...schedule.metadata, resourceVersion: '8' } } };
  });
  const logged: string[] = [];
  const log = { info: () => {}, warn: (text: string) => void logged.push(text), error: () => {} };
  const controller = new ScheduleController({
    client,
    limits: operatorLimitsSchema.parse({}),
    schedules: new ResourceStore({ get: () => schedule, list: () => [schedule] }, parseSchedule),
    tests: { indexed: () => [] },
    now: () => NOW,
    log,
  });
  const againMs = await controller.reconcile('shop/hourly');
  const event = asked.find((call) => isAbout(call, 'events'))?.body as { reason: string; note: string };
  const status = asked.find((call) => isAbout(call, 'status'))?.body as { status: { lastScheduleTime?: string } };
  return { againMs, event, lastScheduleTime: status?.status.lastScheduleTime, logged };
}

describe('the LoadTest of a time that has come', () => {
  it('is told and its time is kept when it was made', async () => {
    const { event, lastScheduleTime, againMs } = await look({ code: 201, body: {} });
    assert.deepEqual([event.reason, lastScheduleTime, againMs], ['Created', '2026-03-01T10:00:00Z', 3600_000]);
  });

  it('is made when this schedule had made it before', async () => {
    const { event, lastScheduleTime } = await look(failure(409, 'AlreadyExists'));
    assert.deepEqual([event.reason, lastScheduleTime], ['Created', '2026-03-01T10:00:00Z']);
  });

  const refusals: [why: string, making: Answer, there: Answer, note: RegExp][] = [
    ["another's has its name", failure(409, 'AlreadyExists'), thereOf('earlier'), /was made by somebody else/],
    [
      'a quota is just being changed',
      failure(409, 'Conflict', 'resourcequotas "x"'),
      thereOf(''),
      /resourcequotas "x"/,
    ],
    ['a policy forbids it', failure(403, 'Forbidden', 'denied'), thereOf(''), /is not created: denied/],
  ];
  for (const [why, making, there, note] of refusals)
    it(`stays due, and is told, when ${why}`, async () => {
      const { event, lastScheduleTime, againMs, logged } = await look(making, there);
      assert.deepEqual([event.reason, lastScheduleTime, againMs], ['FailedCreate', undefined, 5000]);
      assert.match(event.note, note);
      assert.deepEqual(logged, ['could not create a LoadTest']);
    });
});
