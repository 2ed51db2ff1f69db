import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { until } from '../cluster/system/wait.ts';
import { RELEASE } from '../e2e/support/environment.ts';
import { useNamespace } from '../e2e/support/namespace.ts';
import { labelled, leader, operatorProcess } from './operator.ts';
import { assertWhole, RATE, startAndWait } from './result.ts';

describe('with two replicas,', () => {
  const ns = useNamespace('replicas', { operator: ['replicas=2'] });
  const ready = () => ns.kubectl('rollout', 'status', `deployment/${RELEASE}`, '--timeout=60s');
  before(ready);

  /** Removes the leader and returns the time until the other leads, in milliseconds. */
  async function lose(take: (pod: string) => Promise<unknown>): Promise<number> {
    const lost = await until('a leader', () => leader(ns), { timeoutMs: 60_000 });
    await take(lost);
    const takenAtMs = Date.now();
    const isOther = (pod: string | undefined) => pod !== undefined && pod !== lost;
    await until('another leader', async () => isOther(await leader(ns)) || undefined, { timeoutMs: 25_000 });
    return Date.now() - takenAtMs;
  }

  it('the second leads within 20 s when the leader is killed under load, and the result is complete', async () => {
    await startAndWait(ns, 'headless', 22, { onLoss: 'Fail' }, RATE);
    const tookMs = await lose(async (pod) => {
      process.kill(operatorProcess(pod)!, 'SIGKILL');
      // Otherwise it would be the next leader itself.
      await ns.kubectl('delete', 'pod', pod, '--grace-period=0', '--force');
    });
    assert.ok(tookMs < 20_000, `${tookMs} ms`);
    await assertWhole(ns, 'headless', await ns.waitFor('headless', 'Complete', 60), 22 * RATE);
  });

  it('a leader that receives SIGTERM hands over at once', async () => {
    await ready();
    const tookMs = await lose((pod) => ns.kubectl('delete', 'pod', pod, '--wait=false'));
    assert.ok(tookMs < 6000, `${tookMs} ms`);
  });

  it('a leader that hangs receives no connections, because the next leader removes its label', async () => {
    await ready();
    const hung = await until('a leader', () => leader(ns), { timeoutMs: 60_000 });
    const pid = operatorProcess(hung)!;
    process.kill(pid, 'SIGSTOP');
    try {
      const others = async () => {
        const pods = await labelled(ns);
        return pods.length === 1 && pods[0] !== hung ? pods : undefined;
      };
      await until('only the other to have the label', others, { timeoutMs: 25_000 });
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  });
});
