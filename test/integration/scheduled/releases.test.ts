import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { LABEL_SCHEDULE, triggeredTestName } from '../../../api/common/names.ts';
import type { LoadTestSpec } from '../../../api/loadtest/loadtest.ts';
import type { ScheduledLoadTestStatus } from '../../../api/scheduled/scheduled-loadtest.ts';
import type { Resource } from '../../../operator/kube/types.ts';
import { type Operator, startOperator } from '../../../operator/operator.ts';
import { jsonLog } from '../../../operator/runtime/log.ts';
import { until } from '../../cluster/system/wait.ts';
import { eventsAbout } from '../support/events.ts';
import { measuredRun, RATE, SECONDS } from '../support/measured-run.ts';
import { CONFIG, SimulatedNode } from '../support/simulated-node.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const BASE = '/apis/loadtest.dev/v1alpha1/namespaces/default';
const SCHEDULE = `${BASE}/scheduledloadtests/nightly`;

let server: TestServer;
let operator: Operator;
let node: SimulatedNode;

const start = async () => {
  operator = await startOperator({ config: CONFIG, log: jsonLog(() => {}), kubeconfig: server.kubeconfig });
  node.operator = operator;
};

before(async () => {
  server = await startTestServer();
  node = new SimulatedNode(server, 'default');
  await start();
});
after(async () => {
  await operator.stop();
  await server.stop();
});

async function call(method: 'POST' | 'PATCH', path: string, body: object): Promise<void> {
  const { code, body: response } = await server.call({ method, path, body, contentType: TYPES[method] });
  assert.ok(code < 300, JSON.stringify(response));
}
const TYPES = { POST: 'application/json', PATCH: 'application/merge-patch+json' };

async function statusOf(): Promise<ScheduledLoadTestStatus> {
  return ((await server.call({ method: 'GET', path: SCHEDULE })).body.status ?? {}) as ScheduledLoadTestStatus;
}

async function runs(): Promise<Resource[]> {
  const query = { labelSelector: `${LABEL_SCHEDULE}=nightly` };
  return (await server.call({ method: 'GET', path: `${BASE}/loadtests`, query })).body.items as Resource[];
}

/** Tests a release, whose responses take `ms`, by a trigger, and returns its entry in the history. */
async function test(release: string, ms: number) {
  const spec = { loadTestTemplate: { spec: { release } } };
  await call('PATCH', SCHEDULE, { metadata: { annotations: { 'loadtest.dev/trigger': release } }, spec });
  const name = triggeredTestName('nightly', release);
  await until('the run', async () => (await runs()).find(({ metadata }) => metadata.name === name), WAIT);
  await measuredRun(node, name, ms);
  const entry = await until(
    'its result in the history',
    async () => (await statusOf()).history?.find((run) => run.name === name),
    WAIT,
  );
  return `${entry.release} ${entry.passed}/${entry.reason} against ${releaseOf(entry.comparison?.baseline)}`;
}
const WAIT = { timeoutMs: 60_000 };

/** The release that the LoadTest of a baseline tested; the LoadTest itself may be gone. */
function releaseOf(baseline: string | undefined): string | undefined {
  return ['v1', 'v2', 'v3', 'v4', 'v5'].find((release) => triggeredTestName('nightly', release) === baseline);
}

describe('a schedule that compares each release with the last one that passed', () => {
  before(() =>
    call('POST', `${BASE}/scheduledloadtests`, {
      apiVersion: 'loadtest.dev/v1alpha1',
      kind: 'ScheduledLoadTest',
      metadata: { name: 'nightly' },
      spec: {
        schedule: '0 0 1 1 *',
        suspend: true,
        successfulLoadTestsHistoryLimit: 0,
        loadTestTemplate: {
          spec: {
            target: { url: 'http://checkout.shop.svc' },
            load: { type: 'Open', open: { stages: [{ duration: `${SECONDS}s`, rate: RATE }] } },
            compareWith: { previous: 'LastPassed' },
          },
        },
      },
    }),
  );

  it('finds exactly the slow releases, through a restart of the operator', async () => {
    assert.equal(await test('v1', 20), 'v1 True/ThresholdsMet against undefined');
    assert.equal(await test('v2', 20), 'v2 True/Unchanged against v1');
    await operator.stop();
    await start();
    assert.equal(await test('v3', 30), 'v3 False/Regressed against v2');
    const { conditions } = await statusOf();
    const { status, message } = conditions!.find(({ type }) => type === 'Regressed')!;
    assert.equal(status, 'True');
    assert.match(message, /responseTime.p50 30ms is 50% above 20ms of nightly-/);
    assert.equal(await test('v4', 30), 'v4 False/Regressed against v2');
    assert.equal(await test('v5', 20), 'v5 True/Unchanged against v2');
    assert.equal((await statusOf()).conditions!.find(({ type }) => type === 'Regressed')!.status, 'False');
  });

  it('sends an event for each regression', async () => {
    const events = (await eventsAbout(server, 'nightly')).filter(({ reason }) => reason === 'Regressed');
    const [v3, v4] = ['v3', 'v4'].map((release) => triggeredTestName('nightly', release));
    assert.deepEqual(events.map(({ note }) => note.split(' ')[1]).toSorted(), [v3, v4].toSorted());
  });

  it('keeps the baseline of the next release beyond the history limits, and the history beyond all LoadTests', async () => {
    const releases = async () =>
      (await runs())
        .map(({ spec }) => (spec as LoadTestSpec).release)
        .toSorted()
        .join();
    await until('the runs that stay', async () => ((await releases()) === 'v4,v5' ? true : undefined), WAIT);
    for (const { metadata } of await runs())
      await server.call({ method: 'DELETE', path: `${BASE}/loadtests/${metadata.name}` });
    await until('no run', async () => ((await runs()).length === 0 ? true : undefined), WAIT);
    const { history = [] } = await statusOf();
    assert.deepEqual(
      history.map(({ release, comparison, p99Range }) => [release, comparison?.result, p99Range?.low]),
      [
        ['v5', 'Unchanged', '20ms'],
        ['v4', 'Regressed', '30ms'],
        ['v3', 'Regressed', '30ms'],
        ['v2', 'Unchanged', '20ms'],
        ['v1', undefined, '20ms'],
      ],
    );
  });

  it('creates no second run for a trigger whose run is deleted', async () => {
    await call('PATCH', SCHEDULE, { metadata: { annotations: { touched: 'yes' } } });
    await operator.stop();
    await start();
    const { lastTrigger } = await statusOf();
    assert.deepEqual([lastTrigger, (await runs()).length], ['v5', 0]);
  });
});
