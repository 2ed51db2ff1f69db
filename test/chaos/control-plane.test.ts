import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { outage } from '../cluster/outage.ts';
import type { CommandError } from '../cluster/system/run.ts';
import { until } from '../cluster/system/wait.ts';
import { kubectl } from '../e2e/support/environment.ts';
import { useNamespace } from '../e2e/support/namespace.ts';
import { assertWhole, RATE, RUNNERS, specOf, startAndWait } from './result.ts';

const ETCD = 'http://127.0.0.1:2379';
const READY_WITHIN_MS = 60_000;
/** Below the 10 s after which an operator that cannot renew its Lease exits. */
const DOWN_MS = 1000;

/** etcd's API, as JSON. */
async function etcd<T>(path: string, body: object): Promise<T> {
  const response = await fetch(`${ETCD}${path}`, { method: 'POST', body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

/** Compacts etcd: a watch from an older revision cannot be served. */
async function compact(): Promise<void> {
  const { header } = await etcd<{ header: { revision: string } }>('/v3/maintenance/status', {});
  await etcd('/v3/kv/compaction', { revision: header.revision, physical: true });
}

describe('the result of a load survives', () => {
  const ns = useNamespace('control-plane', { operator: [] });
  const loadTests = () => `/apis/loadtest.dev/v1alpha1/namespaces/${ns.name}/loadtests`;
  const get = (path: string) => kubectl(ns.environment, ['get', '--raw', path]);
  const untilReady = () => until('the API server to be ready', () => get('/readyz'), { timeoutMs: READY_WITHIN_MS });

  it('restarts of etcd and the API server, and a compaction of etcd after which every watch must restart', async () => {
    const seconds = 16;
    await startAndWait(ns, 'running', seconds, {}, RATE);
    await outage(['etcd'], DOWN_MS);
    await untilReady();
    const { metadata }: { metadata: { resourceVersion: string } } = JSON.parse(await get(loadTests()));
    await outage(['kube-apiserver'], DOWN_MS, compact);
    await untilReady();
    // The response to watches that continue from their last revision.
    const watch = `${loadTests()}?watch=true&timeoutSeconds=2&resourceVersion=${metadata.resourceVersion}`;
    const output = await get(watch).catch((error: CommandError) => error.stderr);
    assert.match(output, /"code":410|too old resource version/);

    await assertWhole(ns, 'next', await ns.runToEnd('next', specOf(ns, 'next', 1)), RATE);
    const test = await ns.waitFor('running', 'Complete', 60);
    await assertWhole(ns, 'running', test, seconds * RATE);
    assert.deepEqual(test.status.runners, { desired: RUNNERS, ready: RUNNERS, succeeded: RUNNERS, lost: 0 });
    const pods = await ns.list<{ status: { containerStatuses: { restartCount: number }[] } }>(
      'pods',
      'app.kubernetes.io/component=operator',
    );
    const restarts = pods.flatMap(({ status }) => status.containerStatuses.map(({ restartCount }) => restartCount));
    assert.deepEqual(restarts, [0], 'the same operator continues');
  });
});
