import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { until } from '../cluster/wait.ts';
import { RELEASE } from '../e2e/environment.ts';
import { usePlace } from '../e2e/place.ts';
import { labelled, leader, operatorProcess } from './operator.ts';
import { assertWhole, RATE, startAndWait } from './result.ts';

describe('of two replicas', () => {
  const place = usePlace('replicas', { operator: ['replicas=2'] });
  const ready = () => place.kubectl('rollout', 'status', `deployment/${RELEASE}`, '--timeout=60s');
  before(ready);

  /** Removes the leader and returns the time until the other leads, in milliseconds. */
  async function lose(take: (pod: string) => Promise<unknown>): Promise<number> {
    const lost = await until('a leader', () => leader(place), { timeoutMs: 60_000 });
    await take(lost);
    const began = Date.now();
    const isOther = (pod: string | undefined) => pod !== undefined && pod !== lost;
    await until('another leader', async () => isOther(await leader(place)) || undefined, { timeoutMs: 25_000 });
    return Date.now() - began;
  }

  it('a leader killed under load: the other leads within 20 s, and the result is complete', async () => {
    await startAndWait(place, 'headless', 22, { onLoss: 'Fail' }, RATE);
    const tookMs = await lose(async (pod) => {
      process.kill(operatorProcess(pod)!, 'SIGKILL');
      // Otherwise it would be the next leader itself.
      await place.kubectl('delete', 'pod', pod, '--grace-period=0', '--force');
    });
    assert.ok(tookMs < 20_000, `${tookMs} ms`);
    await assertWhole(place, 'headless', await place.waitFor('headless', 'Complete', 60), 22 * RATE);
  });

  it('a leader that receives SIGTERM hands over at once', async () => {
    await ready();
    const tookMs = await lose((pod) => place.kubectl('delete', 'pod', pod, '--wait=false'));
    assert.ok(tookMs < 6000, `${tookMs} ms`);
  });

  it('a leader that hangs receives no connections: the next leader removes its label', async () => {
    await ready();
    const hung = await until('a leader', () => leader(place), { timeoutMs: 60_000 });
    const pid = operatorProcess(hung)!;
    process.kill(pid, 'SIGSTOP');
    try {
      const others = async () => {
        const pods = await labelled(place);
        return pods.length === 1 && pods[0] !== hung ? pods : undefined;
      };
      await until('only the other to have the label', others, { timeoutMs: 25_000 });
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  });
});
