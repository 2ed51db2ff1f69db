import assert from 'node:assert/strict';
import { it } from 'node:test';
import { LABEL_TEST } from '../../api/common/names.ts';
import { findCondition } from '../../api/status/conditions.ts';
import { until } from '../cluster/system/wait.ts';
import { useNamespace } from '../e2e/support/namespace.ts';

const ns = useNamespace('no-image', { operator: ['runner.image=localhost/absent:1'] });

it('without a runner image, the operator reports why no runner starts, ends by readyTimeout and leaves nothing behind', async () => {
  await ns.start('no-image', {
    target: { url: ns.url('/no-image') },
    load: { type: 'Open', open: { stages: [{ duration: '1s', rate: 1 }] } },
    runners: { readyTimeout: '8s' },
  });
  const ready = await until(
    'the reason in the condition Ready',
    async () => {
      const { status } = await ns.get('no-image');
      const condition = findCondition(status?.conditions, 'Ready');
      return condition?.reason === 'ImagePullFailed' ? condition : undefined;
    },
    { timeoutMs: 60_000, intervalMs: 200 },
  );
  assert.equal(ready.status, 'False');
  assert.match(ready.message, /absent/);
  const { status } = await ns.waitFor('no-image', 'Complete', 60);
  assert.equal(findCondition(status.conditions, 'Complete')?.reason, 'ReadyTimeout');
  await until(
    'its pods to be gone',
    async () => (await ns.list('pods', `${LABEL_TEST}=no-image`)).length === 0 || undefined,
    {
      timeoutMs: 60_000,
      intervalMs: 300,
    },
  );
});
