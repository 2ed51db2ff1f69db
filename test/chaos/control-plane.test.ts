import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { outage } from '../cluster/outage.ts';
import type { CommandError } from '../cluster/run.ts';
import { until } from '../cluster/wait.ts';
import { kubectl } from '../e2e/environment.ts';
import { usePlace } from '../e2e/place.ts';
import { assertWhole, RATE, RUNNERS, specOf, startAndWait } from './result.ts';

const ETCD = 'http://127.0.0.1:2379';
const ANSWERS_WITHIN_MS = 60_000;
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

describe('a failing control plane under load does not change the result:', () => {
  const place = usePlace('control-plane', { operator: [] });
  const loadTests = () => `/apis/loadtest.dev/v1alpha1/namespaces/${place.namespace}/loadtests`;
  const get = (path: string) => kubectl(place.environment, ['get', '--raw', path]);
  const responses = () => until('the API server answers', () => get('/readyz'), { timeoutMs: ANSWERS_WITHIN_MS });

  it('etcd restarts, then the API server with etcd compacted meanwhile, so that every watch must restart', async () => {
    const seconds = 16;
    await startAndWait(place, 'running', seconds, {}, RATE);
    await outage(['etcd'], DOWN_MS);
    await responses();
    const { metadata }: { metadata: { resourceVersion: string } } = JSON.parse(await get(loadTests()));
    await outage(['kube-apiserver'], DOWN_MS, compact);
    await responses();
    // The response to watches that continue from their last revision.
    const watch = `${loadTests()}?watch=true&timeoutSeconds=2&resourceVersion=${metadata.resourceVersion}`;
    const said = await get(watch).catch((error: CommandError) => error.stderr);
    assert.match(said, /"code":410|too old resource version/);

    await assertWhole(place, 'next', await place.runToEnd('next', specOf(place, 'next', 1)), RATE);
    const test = await place.waitFor('running', 'Complete', 60);
    await assertWhole(place, 'running', test, seconds * RATE);
    assert.deepEqual(test.status.runners, { desired: RUNNERS, ready: RUNNERS, succeeded: RUNNERS, lost: 0 });
    const pods = await place.list<{ status: { containerStatuses: { restartCount: number }[] } }>(
      'pods',
      'app.kubernetes.io/component=operator',
    );
    const restarts = pods.flatMap(({ status }) => status.containerStatuses.map(({ restartCount }) => restartCount));
    assert.deepEqual(restarts, [0], 'the same operator goes on');
  });
});
