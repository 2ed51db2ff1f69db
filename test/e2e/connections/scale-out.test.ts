import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { until } from '../../cluster/system/wait.ts';
import { useNamespace } from '../support/namespace.ts';
import type { Received } from '../support/received.ts';

const PATH = '/scale-out';
const RATE = 30;
const PER_CONNECTION = 10;
/** Requests that the end cuts off may be written and not received. */
const CUT_OFF = 12;

/** A Service that has no address of its own: its name resolves to those of the pods. */
const HEADLESS = {
  ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'instances' } },
  spec: { clusterIP: 'None', selector: { app: 'target' }, ports: [{ name: 'http', port: 8080 }] },
};

type Pod = { status: { podIP?: string } };

describe('a target that scales out under load', () => {
  const ns = useNamespace('scale');

  /** The requests that each pod of the target has received, by address. */
  async function receivedByPod(): Promise<Map<string, number>> {
    const pods = await ns.list<Pod>('pods', 'app=target');
    const addresses = pods.flatMap(({ status }) => status.podIP ?? []);
    const totalOf = async (address: string) => {
      const response = await fetch(`http://${address}:8080/received`, { signal: AbortSignal.timeout(2000) });
      const received = (await response.json()) as Record<string, Received>;
      return [address, received[PATH]?.total ?? 0] as const;
    };
    return new Map(await Promise.all(addresses.map(totalOf)));
  }

  it('sends its new instances their share, and no request fails', async () => {
    await ns.apply(HEADLESS);
    await ns.start('scale-out', {
      target: {
        url: `http://instances.${ns.name}.svc:8080${PATH}`,
        dns: 'PerConnection',
        // On a busy machine, slow responses must not cause a storm of new connections.
        timeout: '60s',
        http: { connections: 12, maxConnectionAge: '4s', maxRequestsPerConnection: PER_CONNECTION },
      },
      load: { type: 'Open', open: { stages: [{ duration: '2m', rate: RATE }] } },
    });
    const untilPods = (what: string, holds: (counts: number[]) => boolean) =>
      until(
        what,
        async () => {
          const byPod = await receivedByPod().catch(() => new Map<string, number>());
          return holds([...byPod.values()]) ? byPod : undefined;
        },
        { timeoutMs: 60_000, intervalMs: 200 },
      );
    await untilPods('requests to the first instance', (counts) => counts.some((count) => count > RATE));
    await ns.kubectl('scale', 'deployment/target', '--replicas=3');
    const before = await untilPods('requests to all', (counts) => counts.filter((count) => count > 10).length === 3);
    const sum = (counts: Iterable<number>) => [...counts].reduce((total, count) => total + count, 0);
    const after = await untilPods('more requests', (counts) => sum(counts) > sum(before.values()) + 3 * RATE);
    await ns.kubectl('annotate', 'loadtest/scale-out', 'loadtest.dev/stop=true');
    const { status } = await ns.waitFor('scale-out', 'Complete', 60);

    const added = sum(after.values()) - sum(before.values());
    for (const [address, count] of after) {
      const share = (count - (before.get(address) ?? 0)) / added;
      assert.ok(share > 0.15, `${address} has received ${share} of the requests since`);
    }
    const { made, done, failed, timeout, unexpected, aborted } = status.counts;
    assert.deepEqual({ failed, timeout, unexpected }, { failed: 0, timeout: 0, unexpected: 0 });
    assert.equal(made, done + aborted);
    const { addresses = [] } = status;
    const atEnd = await receivedByPod();
    assert.deepEqual(addresses.map(({ address }) => address).sort(), [...atEnd.keys()].sort());
    for (const { address, requests, connections } of addresses) {
      const received = atEnd.get(address)!;
      assert.ok(requests >= received && requests <= received + CUT_OFF, `${address}: ${requests} of ${received}`);
      assert.ok(
        connections >= requests / PER_CONNECTION,
        `${requests} requests over ${connections} connections to ${address}`,
      );
    }
  });
});
