import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { it } from 'node:test';
import { readState, restore, settledState } from '../../cluster/components/etcd-state.ts';

const encode = (text: string) => Buffer.from(text).toString('base64');
const decode = (text: string) => Buffer.from(text, 'base64').toString();

/** A key-value store with the part of etcd's API that a state needs. `onDelete` runs after each deletion. */
async function startStore(onDelete: (write: (key: string, value: string) => void) => void) {
  const stored = new Map<string, { value: string; revision: number }>();
  let revision = 1;
  const write = (key: string, value: string) => void stored.set(key, { value, revision: ++revision });
  const server = createServer(async (incoming, outgoing) => {
    const body = (await json(incoming)) as { key: string; value: string; keys_only?: boolean };
    const kvs = [...stored].map(([key, { value, revision }]) => ({
      ...{ key: encode(key), mod_revision: String(revision) },
      ...(body.keys_only ? {} : { value: encode(value) }),
    }));
    const method = incoming.url!.split('/').at(-1);
    if (method === 'put') write(decode(body.key), decode(body.value));
    if (method === 'deleterange') {
      stored.delete(decode(body.key));
      onDelete(write);
    }
    outgoing.end(JSON.stringify({ header: { revision: String(revision) }, kvs }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const values = () => Object.fromEntries([...stored].map(([key, { value }]) => [key, value]).sort());
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url, write, remove: (key: string) => stored.delete(key), values, stop };
}

it('a state of etcd returns, also after late writes of controllers, and what the cluster keeps stays', async () => {
  const late = ['/registry/pods/default/late'];
  const store = await startStore((write) => {
    const key = late.pop();
    if (key !== undefined) setTimeout(write, 5, key, 'created for what is deleted');
  });
  try {
    const first = { '/registry/configmaps/default/a': '1', '/registry/namespaces/default': '2' };
    for (const [key, value] of Object.entries(first)) store.write(key, value);
    store.write('/registry/leases/kube-system/apiserver', '1');
    const state = await settledState(store.url, 10);
    for (const round of [1, 2]) {
      store.write('/registry/configmaps/default/a', `changed in round ${round}`);
      store.write('/registry/pods/shop/b', 'added');
      store.write('/registry/leases/kube-system/apiserver', '2');
      store.write('/registry/serviceaccounts/kube-system/job-controller', 'created late');
      store.remove('/registry/namespaces/default');
      await restore(store.url, state, 30);
      assert.deepEqual(store.values(), {
        ...first,
        '/registry/leases/kube-system/apiserver': '2',
        '/registry/serviceaccounts/kube-system/job-controller': 'created late',
      });
      assert.deepEqual(await readState(store.url), state);
    }
  } finally {
    store.stop();
  }
});
