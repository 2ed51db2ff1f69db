import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { operatorLimitsSchema } from '../../../api/common/operator-limits.ts';
import { type Operator, startOperator } from '../../../operator/operator.ts';
import { jsonLog } from '../../../operator/runtime/log.ts';
import { until } from '../../cluster/system/wait.ts';
import { snapshot } from '../../support/operator/operator-fixtures.ts';
import { eventsAbout } from '../support/events.ts';
import { CONFIG, SimulatedNode } from '../support/simulated-node.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const SPEC = {
  target: { url: 'http://checkout.shop.svc' },
  load: { type: 'Open', open: { stages: [{ duration: '10s', rate: 100 }] } },
};
const [FIRST, SECOND] = ['system-a/loadtest-operator', 'system-b/loadtest-operator'];

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server.stop());

async function eventsOf(name: string, wanted: string): Promise<string[]> {
  return (await eventsAbout(server, name)).filter(({ reason }) => reason === wanted).map(({ note }) => note);
}

const LEASES = '/apis/coordination.k8s.io/v1/namespaces/default/leases';

const log = jsonLog(() => {});
const start = (installation: string, maxRate?: number) =>
  startOperator({
    config: { ...CONFIG, limits: operatorLimitsSchema.parse(maxRate === undefined ? {} : { maxRate }) },
    kubeconfig: server.kubeconfig,
    ...{ log, installation },
  });

it('one of two installations that cover a namespace serves it, the other says so, and serves it once it is free', async () => {
  const node = new SimulatedNode(server, 'default');
  const operators: Operator[] = [];
  try {
    node.operator = await start(FIRST);
    operators.push(node.operator);
    await node.apply('checkout', SPEC);
    const { tokens } = await node.underLoad('checkout', 1);
    operators.push(await start(SECOND, 1));

    const seen = new Set<string>();
    const sent = async () => {
      await node.sendUpdate(tokens[0]!, { phase: 'Running', snapshot: snapshot(50) });
      const { body } = await server.call({ method: 'GET', path: node.path('checkout') });
      seen.add((body.metadata as { resourceVersion: string }).resourceVersion);
      await sleep(200);
      return (await eventsOf('checkout', 'ServedByAnother')).length > 0 || undefined;
    };
    const beganMs = Date.now();
    await until('the event of the second installation', sent, { timeoutMs: 60_000 });
    const seconds = (Date.now() - beganMs) / 1000;
    assert.ok(seen.size < 3 + seconds / 5, `${seen.size} versions in ${seconds} s`);
    const [note] = await eventsOf('checkout', 'ServedByAnother');
    assert.match(note ?? '', new RegExp(`^${SECOND} leaves this object alone: .*, ${FIRST}, holds the Lease`));

    // A test that the second installation would refuse.
    await node.sendUpdate(tokens[0]!, { phase: 'Finished', snapshot: snapshot(1000) });
    const { conditions } = await node.until('checkout', 'Complete', 'True');
    assert.equal(conditions?.find(({ type }) => type === 'Passed')?.status, 'True');
    await operators[0]!.stop();
    await node.apply('refused', SPEC);
    const ended = await node.until('refused', 'Complete', 'True');
    assert.equal(ended.conditions?.find(({ type }) => type === 'Accepted')?.reason, 'LimitExceeded');
  } finally {
    for (const operator of operators.reverse()) await operator.stop().catch(() => {});
  }
});

it('a LoadTest says what it waits for while the installation that holds the Lease is gone', async () => {
  const renewTime = new Date(Date.now() - 60_000).toISOString().replace('Z', '000Z');
  const spec = { holderIdentity: FIRST, leaseDurationSeconds: 90, renewTime };
  await server.call({ method: 'DELETE', path: `${LEASES}/loadtest.dev` });
  const { code } = await server.call({
    method: 'POST',
    path: LEASES,
    body: { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'loadtest.dev' }, spec },
  });
  assert.equal(code, 201);
  const node = new SimulatedNode(server, 'default');
  const operator = await start(SECOND);
  try {
    node.operator = operator;
    await node.apply('orphan', SPEC);
    const { conditions } = await node.until('orphan', 'Complete', 'False');
    const complete = conditions?.find(({ type }) => type === 'Complete');
    assert.equal(complete?.reason, 'WaitingForLease');
    assert.match(
      complete?.message ?? '',
      new RegExp(`, ${FIRST}, holds it .* Unless it does, ${SECOND} takes over at`),
    );
    assert.equal((await eventsOf('orphan', 'WaitingForLease')).length, 1);

    await server.call({ method: 'DELETE', path: `${LEASES}/loadtest.dev` });
    const { startTime } = await node.until('orphan', 'Accepted', 'True');
    assert.notEqual(startTime, undefined);
  } finally {
    await operator.stop();
  }
});
