import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { LABEL_SCHEDULE } from '../../../api/common/names.ts';
import type { ScheduledLoadTestStatus } from '../../../api/scheduled/scheduled-loadtest.ts';
import type { Resource } from '../../../operator/kube/types.ts';
import { type Operator, startOperator } from '../../../operator/operator.ts';
import { jsonLog } from '../../../operator/runtime/log.ts';
import { until } from '../../cluster/system/wait.ts';
import { eventsAbout, type ObjectEvent } from '../support/events.ts';
import { CONFIG } from '../support/simulated-node.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const BASE = '/apis/loadtest.dev/v1alpha1/namespaces/default';

let server: TestServer;
const lines: string[] = [];
/** The operator's clock, shifted by a test. */
let clockMs = 0;
const startedMs = Date.now();
const now = () => clockMs + Date.now() - startedMs;

const start = (): Promise<Operator> =>
  startOperator({ config: CONFIG, log: jsonLog((line) => lines.push(line)), kubeconfig: server.kubeconfig, now });

before(async () => {
  server = await startTestServer();
});
after(() => server.stop());

async function apply(name: string, spec: object): Promise<Resource> {
  const { code, body } = await server.call({
    method: 'POST',
    path: `${BASE}/scheduledloadtests`,
    body: {
      apiVersion: 'loadtest.dev/v1alpha1',
      kind: 'ScheduledLoadTest',
      metadata: { name },
      spec: {
        schedule: '0 0 1 1 *',
        loadTestTemplate: {
          spec: {
            target: { url: 'http://a' },
            load: { type: 'Closed', closed: { users: 1, iterations: 1 } },
            // A Job would use the control plane's clock, which is not shifted, so that its runners would be late.
            suspend: true,
          },
        },
        ...spec,
      },
    },
  });
  assert.equal(code, 201, JSON.stringify(body));
  return body as unknown as Resource;
}

async function runsOf(name: string): Promise<Resource[]> {
  const { body } = await server.call({
    method: 'GET',
    path: `${BASE}/loadtests`,
    query: { labelSelector: `${LABEL_SCHEDULE}=${name}` },
  });
  return body.items as Resource[];
}

async function statusOf(name: string): Promise<ScheduledLoadTestStatus> {
  const { body } = await server.call({ method: 'GET', path: `${BASE}/scheduledloadtests/${name}` });
  return (body.status ?? {}) as ScheduledLoadTestStatus;
}

async function eventOf(name: string, reason: string): Promise<ObjectEvent | undefined> {
  return (await eventsAbout(server, name)).find((event) => event.reason === reason);
}

/** Simulates the end of a run without runners. */
async function end(run: Resource, passed: 'True' | 'False'): Promise<void> {
  const at = new Date(now()).toISOString();
  const condition = (type: string, status: string) => ({
    ...{ type, status, reason: 'Played', message: '', lastTransitionTime: at },
  });
  const { code, body } = await server.call({
    method: 'PATCH',
    path: `${BASE}/loadtests/${run.metadata.name}/status`,
    contentType: 'application/merge-patch+json',
    body: {
      status: { completionTime: at, conditions: [condition('Complete', 'True'), condition('Passed', passed)] },
    },
  });
  assert.equal(code, 200, JSON.stringify(body));
}

const eventually = <T>(what: string, attempt: () => Promise<T | undefined>): Promise<T> =>
  until(what, attempt, { timeoutMs: 60_000 }).catch((error) => {
    process.stderr.write(lines.join(''));
    throw error;
  });

describe('a ScheduledLoadTest on a real control plane', () => {
  it('creates exactly one LoadTest at its time, despite a restart of the operator, and follows it to its end', async () => {
    const created = await apply('nightly', {});
    // Three seconds before the next first of January in the default time zone.
    const tickMs = Date.UTC(new Date(created.metadata.creationTimestamp).getUTCFullYear() + 1, 0, 1);
    clockMs = tickMs - 3000 - (Date.now() - startedMs);
    let operator = await start();
    try {
      const [run] = await eventually('the run', async () => {
        const runs = await runsOf('nightly');
        return runs.length > 0 ? runs : undefined;
      });
      assert.equal(run?.metadata.name, `nightly-${tickMs / 60_000}`);
      assert.equal(run?.metadata.ownerReferences?.[0]?.uid, created.metadata.uid);
      assert.ok(now() >= tickMs, 'not before its time');
      const active = await eventually('the active run in the status', async () => (await statusOf('nightly')).active);
      assert.deepEqual(active, [{ name: run?.metadata.name, uid: run?.metadata.uid }]);
      assert.equal((await statusOf('nightly')).lastScheduleTime, new Date(tickMs).toISOString().replace('.000', ''));

      await operator.stop();
      operator = await start();
      await sleep(1000);
      assert.equal((await runsOf('nightly')).length, 1, 'exactly one');

      await end(run!, 'True');
      const history = await eventually('the history', async () => (await statusOf('nightly')).history);
      assert.deepEqual(
        history.map(({ name, passed }) => [name, passed]),
        [[run?.metadata.name, 'True']],
      );
      const status = await statusOf('nightly');
      assert.equal(status.active, undefined);
      assert.ok(status.lastSuccessfulTime);

      assert.deepEqual(
        status.conditions?.map((c) => [c.type, c.status]),
        [['Accepted', 'True']],
      );

      await eventually('the event of its end', () => eventOf('nightly', 'Ended'));
      const events = await eventsAbout(server, 'nightly');
      assert.deepEqual(events.map(({ reason }) => reason).toSorted(), ['Created', 'Ended']);
    } finally {
      await operator.stop();
    }
  });

  it('reports once for each time that its run waits under Forbid, whatever changes meanwhile', async () => {
    const created = await apply('patient', { schedule: '* * * * *', concurrencyPolicy: 'Forbid' });
    const firstMs = Math.ceil(Date.parse(created.metadata.creationTimestamp) / 60_000) * 60_000 + 60_000;
    const nameAt = (minute: number) => `patient-${firstMs / 60_000 + minute}`;
    const observe = async (generation: number) => {
      const path = `${BASE}/scheduledloadtests/patient`;
      const body = { spec: { failedLoadTestsHistoryLimit: generation } };
      await server.call({ method: 'PATCH', path, contentType: 'application/merge-patch+json', body });
      await eventually('its observation', async () =>
        (await statusOf('patient')).observedGeneration === generation ? true : undefined,
      );
    };
    /** Does `work` while an operator runs, beginning at a minute. */
    const at = async (minute: number, work: () => Promise<void>) => {
      clockMs = firstMs + minute * 60_000 + 100 - (Date.now() - startedMs);
      const operator = await start();
      await work().finally(() => operator.stop());
    };
    await at(0, async () => void (await eventually('the first run', async () => (await statusOf('patient')).active)));
    let generation = 1;
    for (const minute of [1, 2])
      await at(minute, async () => {
        // The event of a reconcile follows its status, and the next reconcile follows both.
        for (let i = 0; i < 3; i++) await observe(++generation);
      });
    const events = await eventsAbout(server, 'patient');
    const notes = events.filter(({ reason }) => reason === 'AlreadyActive').map(({ note }) => note);
    const waits = (minute: number) =>
      `${nameAt(minute)} waits: ${nameAt(0)} has not ended and concurrencyPolicy is Forbid`;
    assert.deepEqual(notes.toSorted(), [waits(1), waits(2)]);
  });

  it('does not adopt a foreign LoadTest as its run, and creates the run when that is gone', async () => {
    const created = await apply('squatted', {});
    const tickMs = Date.UTC(new Date(created.metadata.creationTimestamp).getUTCFullYear() + 1, 0, 1);
    clockMs = tickMs + 1000 - (Date.now() - startedMs);
    const name = `squatted-${tickMs / 60_000}`;
    const spec = { ...(created.spec as { loadTestTemplate: { spec: object } }).loadTestTemplate.spec };
    const { code } = await server.call({
      method: 'POST',
      path: `${BASE}/loadtests`,
      body: { apiVersion: 'loadtest.dev/v1alpha1', kind: 'LoadTest', metadata: { name }, spec },
    });
    assert.equal(code, 201);
    const operator = await start();
    try {
      const { note } = await eventually('the event', () => eventOf('squatted', 'FailedCreate'));
      assert.equal(note, `${name} is not created: ${name} is there already, and was made by somebody else`);
      assert.equal((await statusOf('squatted')).lastScheduleTime, undefined);
      await server.call({ method: 'DELETE', path: `${BASE}/loadtests/${name}` });
      await eventually('the run', async () => (await runsOf('squatted'))[0]);
      await eventually('its time', async () => (await statusOf('squatted')).lastScheduleTime);
    } finally {
      await operator.stop();
    }
  });

  it('replaces the active run, and observes the history limits', async () => {
    const created = await apply('minutely', {
      schedule: '* * * * *',
      concurrencyPolicy: 'Replace',
      successfulLoadTestsHistoryLimit: 0,
    });
    const firstMs = Math.ceil(Date.parse(created.metadata.creationTimestamp) / 60_000) * 60_000 + 60_000;
    const setClock = (ms: number) => {
      clockMs = ms - (Date.now() - startedMs);
    };
    const nameAt = (ms: number) => `minutely-${ms / 60_000}`;
    const only = (name: string) =>
      eventually(`${name} alone`, async () => {
        const runs = await runsOf('minutely');
        return runs.length === 1 && runs[0]?.metadata.name === name ? runs[0] : undefined;
      });

    setClock(firstMs + 100);
    let operator = await start();
    try {
      await only(nameAt(firstMs));
      await operator.stop();

      setClock(firstMs + 120_100);
      operator = await start();
      const replacing = await only(nameAt(firstMs + 120_000));

      await end(replacing, 'True');
      await eventually('no run', async () => ((await runsOf('minutely')).length === 0 ? true : undefined));
      const { history } = await statusOf('minutely');
      assert.deepEqual(history?.map(({ name, passed, reason }) => [name, passed, reason === 'Replaced']).toSorted(), [
        [nameAt(firstMs), 'Unknown', true],
        [replacing.metadata.name, 'True', false],
      ]);
    } finally {
      await operator.stop();
    }
  });
});
