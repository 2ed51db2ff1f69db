import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { KubeClient } from '../../operator/kube/client.ts';
import { loadKubeConfig } from '../../operator/kube/config.ts';
import { labelPod, leaseStore } from '../../operator/kube/lease.ts';
import { ofPod } from '../../operator/kube/owner.ts';
import type { Pod } from '../../operator/kube/types.ts';
import { lead } from '../../operator/leader/election.ts';
import { held, type Lease } from '../../operator/leader/lease.ts';
import { startOperator } from '../../operator/operator.ts';
import { jsonLog } from '../../operator/runtime/log.ts';
import { CONFIG } from './support/simulated-node.ts';
import { startTestServer, type TestServer } from './support/test-server.ts';

const NAME = 'loadtest-operator';
let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server.stop());

async function connect() {
  const kube = loadKubeConfig(server.kubeconfig);
  return { store: leaseStore(new KubeClient(kube), 'default', NAME), close: () => kube.close(), kube };
}
const lease = async () => {
  const path = `/apis/coordination.k8s.io/v1/namespaces/default/leases/${NAME}`;
  return (await server.call({ method: 'GET', path })).body as unknown as Lease;
};

it('a Lease is created, held, written only from its newest version, and handed over', async () => {
  const { store, close } = await connect();
  const stale = await store.read();
  const log = jsonLog(() => {});
  const onLost = () => assert.fail('lost');
  const first = await lead({ store, holder: { identity: 'first' }, log, onLost });
  assert.equal((await lease()).spec.holderIdentity, 'first');
  await assert.rejects(store.write(held(stale, { identity: 'another' }, Date.now())), /modified|Conflict/);
  const second = lead({ store, holder: { identity: 'second' }, log, onLost });
  await first.release();
  await (await second).release();
  assert.deepEqual([(await lease()).spec.holderIdentity, (await lease()).spec.leaseTransitions], ['', 2]);
  await close();
});

it('one of two operators serves; the other is ready, and serves when the first stops', async () => {
  const log = jsonLog(() => {});
  const elect = (identity: string) => (client: KubeClient) =>
    lead({ store: leaseStore(client, 'default', NAME), holder: { identity }, log, onLost: () => assert.fail('lost') });
  const options = { config: CONFIG, log, kubeconfig: server.kubeconfig };
  const first = await startOperator({ ...options, elect: elect('a') });
  let serves = false;
  const starting = startOperator({ ...options, elect: elect('b') }).then((operator) => {
    serves = true;
    return operator;
  });
  await new Promise((done) => setTimeout(done, 1000));
  assert.equal(serves, false);
  await first.stop();
  const second = await starting;
  assert.equal((await lease()).spec.holderIdentity, 'b');
  await second.stop();
});

it('the Lease of a leader that can no longer release it is deleted with its pod, so that another leads before it expires', async () => {
  const { store, close } = await connect();
  const log = jsonLog(() => {});
  const path = '/api/v1/namespaces/default/pods';
  const spec = { containers: [{ name: 'x', image: 'x' }] };
  const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'operator-1' }, spec };
  const { metadata } = (await server.call({ method: 'POST', path, body })).body as unknown as Pod;
  let isCut = false;
  const cut: typeof store = {
    read: () => (isCut ? Promise.reject(new Error('forbidden')) : store.read()),
    write: (lease) => (isCut ? Promise.reject(new Error('forbidden')) : store.write(lease)),
  };
  const holder = { identity: 'operator-1', owner: ofPod(metadata) };
  const first = await lead({ store: cut, holder, log, onLost: () => {} });
  isCut = true;
  await first.release();
  const endedAtMs = Date.now();
  await server.call({ method: 'DELETE', path: `${path}/operator-1`, query: { gracePeriodSeconds: '0' } });
  const second = await lead({ store, holder: { identity: 'second' }, log, onLost: () => assert.fail('lost') });
  const tookMs = Date.now() - endedAtMs;
  assert.ok(tookMs < 10_000, `${tookMs} ms`);
  await second.release();
  await close();
});

it('labelPod sets and removes the leader label of a pod', async () => {
  const { kube, close } = await connect();
  const client = new KubeClient(kube);
  const path = '/api/v1/namespaces/default/pods';
  const spec = { containers: [{ name: 'x', image: 'x' }] };
  const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'operator-0', labels: { app: 'x' } }, spec };
  assert.equal((await server.call({ method: 'POST', path, body })).code, 201);
  const labels = async () => (await server.call({ method: 'GET', path: `${path}/operator-0` })).body.metadata;
  const self = { namespace: 'default', name: 'operator-0' };
  await labelPod(client, self, 'loadtest.dev/leader', 'true');
  assert.deepEqual(((await labels()) as { labels: unknown }).labels, { app: 'x', 'loadtest.dev/leader': 'true' });
  await labelPod(client, self, 'loadtest.dev/leader', null);
  assert.deepEqual(((await labels()) as { labels: unknown }).labels, { app: 'x' });
  await labelPod(client, { namespace: 'default', name: 'gone' }, 'loadtest.dev/leader', null);
  await assert.rejects(labelPod(client, { namespace: 'default', name: 'gone' }, 'loadtest.dev/leader', 'true'));
  await close();
});
