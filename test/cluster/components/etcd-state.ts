import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';

/** Objects that the cluster's own components write at any time. Without them, these components would end or start again. */
const KEPT_BY_THE_CLUSTER =
  /\/kube-(system|public|node-lease)(\/|$)|\/(apiservices|flowschemas|prioritylevelconfigurations|masterleases)\//;

const ALL = { key: base64('/registry/'), range_end: base64('/registry0') };

/** The stored objects at one moment by their keys; both are in base64, as in etcd's JSON. `revision` is that of the last write. */
export type EtcdState = Map<string, { value: string; revision: number }>;

type RangeResponse = { kvs?: { key: string; value?: string; mod_revision: string }[] };

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** Calls the API of the etcd at `url`; throws unless it succeeds. */
async function call<T>(url: string, method: 'range' | 'put' | 'deleterange', body: object): Promise<T> {
  const response = await request(`${url}/v3/kv/${method}`, { method: 'POST', body: JSON.stringify(body) });
  const text = await response.body.text();
  if (response.statusCode !== 200) throw new Error(`etcd: ${method}: ${response.statusCode} ${text}`);
  return JSON.parse(text) as T;
}

/** Reads all objects of a cluster, except those that its components keep. `keysOnly`: the values are empty. */
export async function readState(url: string, { keysOnly } = { keysOnly: false }): Promise<EtcdState> {
  const { kvs = [] } = await call<RangeResponse>(url, 'range', { ...ALL, keys_only: keysOnly });
  const own = kvs.filter(({ key }) => !KEPT_BY_THE_CLUSTER.test(Buffer.from(key, 'base64').toString()));
  return new Map(own.map(({ key, value = '', mod_revision }) => [key, { value, revision: Number(mod_revision) }]));
}

/** Deletes the objects that `state` lacks, and writes those that were changed or deleted since; returns their number. */
async function restoreOnce(url: string, state: EtcdState): Promise<number> {
  const now = await readState(url, { keysOnly: true });
  const added = [...now.keys()].filter((key) => !state.has(key));
  const changed = [...state].filter(([key, { revision }]) => now.get(key)?.revision !== revision);
  // Objects end at once, whatever their finalizers. The API server and the controllers see it as they see any deletion.
  for (const key of added) await call(url, 'deleterange', { key });
  for (const [key, { value }] of changed) {
    const { header } = await call<{ header: { revision: string } }>(url, 'put', { key, value });
    state.set(key, { value, revision: Number(header.revision) });
  }
  return added.length + changed.length;
}

/**
 * Brings a cluster back to `state`, whose revisions it updates. Controllers may still act on what they have seen before, so that it ends when
 * nothing has changed for `settledMs`. Throws if it takes longer than 30 seconds.
 */
export async function restore(url: string, state: EtcdState, settledMs = 300): Promise<void> {
  for (const until = Date.now() + 30_000; Date.now() < until; await sleep(settledMs)) {
    if ((await restoreOnce(url, state)) === 0) return;
  }
  throw new Error('the control plane does not return to its first state within 30 s');
}

/** Reads the state as soon as it has not changed for `settledMs`. Throws if that is not within 30 seconds. */
export async function settledState(url: string, settledMs = 1000): Promise<EtcdState> {
  const revisions = async () => JSON.stringify([...(await readState(url, { keysOnly: true }))]);
  for (const until = Date.now() + 30_000; Date.now() < until; ) {
    const before = await revisions();
    await sleep(settledMs);
    if ((await revisions()) === before) return readState(url);
  }
  throw new Error('the control plane does not settle within 30 s');
}
