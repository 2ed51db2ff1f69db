import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LABEL_TEST } from '../../api/common/names.ts';
import { until } from '../cluster/system/wait.ts';
import { deleteNamespace, type Spec, useNamespace } from './support/namespace.ts';

const STOPS_WITHIN_MS = 2000;
/** The pods have five seconds to end. */
const GONE_WITHIN_MS = 45_000;

describe('deleting a LoadTest under load', () => {
  const ns = useNamespace('deletion');

  it('stops the load within 2 s and leaves nothing behind', async () => {
    await ns.start('endless', {
      target: { url: ns.url('/endless') },
      load: { type: 'Open', open: { stages: [{ duration: '10m', rate: 50 }] } },
      runners: { replicas: 2 },
    });
    const before = await until(
      'requests of both runners',
      async () => {
        const received = await ns.received('/endless');
        return received !== undefined && received.total >= 50 && Object.keys(received.clients).length === 2
          ? received
          : undefined;
      },
      { timeoutMs: 30_000, intervalMs: 200 },
    );
    assert.ok(before.total >= 50);

    const deletedAt = Date.now();
    await ns.kubectl('delete', 'loadtest', 'endless', '--wait=false');
    await until(
      'its Job and pods to be gone',
      async () => {
        const left = await ns.list(['jobs', 'pods'], `${LABEL_TEST}=endless`);
        return left.length === 0 || undefined;
      },
      { timeoutMs: 30_000, intervalMs: 200 },
    );
    // Without the pods, the target receives no more requests.
    const after = await ns.received('/endless');
    assert.ok(after);
    const stoppedAfter = after.lastAt - deletedAt;
    assert.ok(
      stoppedAfter <= STOPS_WITHIN_MS,
      `the last request came ${Math.round(stoppedAfter)} ms after the deletion`,
    );
    assert.deepEqual(await ns.list('configmaps', `${LABEL_TEST}=endless`), []);
  });
});

describe('deleting the namespace of LoadTests', () => {
  const ns = useNamespace('emptied');

  it('takes one under load, one that waits for its pods and a suspended Job along within seconds', async () => {
    const load: Spec['load'] = { type: 'Open', open: { stages: [{ duration: '10m', rate: 20 }] } };
    const target = { url: ns.url('/emptied') };
    const nowhere = { nodeSelector: { 'example.com/no-such': 'label' } };
    await ns.start('going', { target, load, runners: { replicas: 2 } });
    await ns.start('waiting', { target, load, runners: { template: nowhere } });
    await ns.start('held', { target, load, runners: { template: nowhere } });
    await ns.waitFor('going', 'Running', 30);
    const jobs = () => ns.list<{ metadata: { name: string } }>('jobs', `${LABEL_TEST}=held`);
    const [held] = await until('its Job', async () => ((await jobs()).length === 1 ? jobs() : undefined), {
      timeoutMs: 15_000,
    });
    await ns.kubectl('patch', 'job', held?.metadata.name ?? '', '--type=merge', '-p', '{"spec":{"suspend":true}}');
    await deleteNamespace(ns);
    await until(
      'the namespace to be gone',
      async () =>
        (await ns.kubectl('get', 'namespace', ns.name, '--ignore-not-found', '-o', 'name')) === '' || undefined,
      { timeoutMs: GONE_WITHIN_MS, intervalMs: 500 },
    );
  });
});
