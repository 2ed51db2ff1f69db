import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApiError } from '../../../operator/kube/client.ts';
import type { Lease } from '../../../operator/leader/lease.ts';
import { ServedNamespaces } from '../../../operator/serving/served-namespaces.ts';

/** The Lease of one namespace, and installations of the operator at one clock. */
class Cluster {
  ms = 0;
  calls = 0;
  warnings: string[] = [];
  logged: string[] = [];
  /** The installations that have something to serve in the namespace. */
  readonly busy = new Set<string>();
  /** Why the API server refuses the Lease. */
  refusal: string | undefined;
  #lease: Lease = { metadata: { namespace: 'shop', name: 'loadtest.dev', resourceVersion: '0' }, spec: {} };

  installation(identity: string) {
    this.busy.add(identity);
    const namespaces = new ServedNamespaces({
      identity,
      isNeeded: () => this.busy.has(identity),
      log: {
        info: (text) => void this.logged.push(text),
        error: () => {},
        warn: (text) => void this.warnings.push(text),
      },
      now: () => this.ms,
      ticks: () => this.ms,
      store: () => ({
        read: async () => {
          this.calls++;
          if (this.refusal !== undefined) throw new ApiError(403, this.refusal, 'no');
          return this.#lease;
        },
        write: async (lease) => {
          this.calls++;
          if (lease.metadata.resourceVersion !== this.#lease.metadata.resourceVersion) throw new Error('conflict');
          const resourceVersion = String(Number(this.#lease.metadata.resourceVersion) + 1);
          this.#lease = { ...lease, metadata: { ...lease.metadata, resourceVersion } };
          return this.#lease;
        },
      }),
    });
    return {
      isSilent: async () => {
        const server = await namespaces.serverOf('shop');
        return server.is !== 'Us' && server.isSilent;
      },
      server: async () => {
        const server = await namespaces.serverOf('shop');
        return server.is === 'Another' ? server.identity : server.is;
      },
      renew: () => namespaces.renew(),
      isElsewhere: () => namespaces.isElsewhere('shop'),
      over: () => {
        this.busy.delete(identity);
        return namespaces.releaseIdle('shop');
      },
    };
  }
}

describe('a namespace that two installations cover', () => {
  it('is served by the first one, and the other knows by whom once that one has renewed its Lease', async () => {
    const cluster = new Cluster();
    const [a, b] = [cluster.installation('sys/a'), cluster.installation('sys/b')];
    assert.deepEqual([await a.server(), await b.server(), b.isElsewhere()], ['Us', 'Unknown', false]);
    for (cluster.ms = 20_000; cluster.ms <= 600_000; cluster.ms += 20_000) {
      await a.renew();
      assert.deepEqual([await a.server(), await b.server(), b.isElsewhere()], ['Us', 'sys/a', true]);
    }
    assert.equal(cluster.warnings.length, 1, 'logged once');
  });

  it('costs its server one call each time it renews the Lease', async () => {
    const cluster = new Cluster();
    const a = cluster.installation('sys/a');
    await a.server();
    const before = cluster.calls;
    for (cluster.ms = 20_000; cluster.ms <= 200_000; cluster.ms += 20_000) await a.renew();
    assert.equal(cluster.calls - before, 10);
    assert.equal(await a.server(), 'Us');
  });

  it('is served by the other one 90 s after the last renewal of the first', async () => {
    const cluster = new Cluster();
    const [a, b] = [cluster.installation('sys/a'), cluster.installation('sys/b')];
    await a.server();
    const seen: string[] = [];
    for (; cluster.ms <= 95_000; cluster.ms += 5_000) seen.push(await b.server());
    assert.deepEqual([seen.indexOf('Us'), seen.includes('sys/a')], [18, false]);
    assert.deepEqual(cluster.logged, ['took over a namespace']);
    assert.equal(await a.server(), 'Unknown', 'the first one, if it is back');
  });

  it('has a silent server from 30 s after the last renewal, until it renews its Lease again', async () => {
    const cluster = new Cluster();
    const [a, b] = [cluster.installation('sys/a'), cluster.installation('sys/b')];
    await a.server();
    await b.server();
    cluster.ms = 20_000;
    await a.renew();
    const seen: boolean[] = [];
    for (; cluster.ms <= 55_000; cluster.ms += 5_000) seen.push(await b.isSilent());
    assert.deepEqual([seen.indexOf(true), await b.server()], [6, 'sys/a']);
    await a.renew();
    cluster.ms += 5_000;
    assert.equal(await b.isSilent(), false);
    cluster.ms += 30_000;
    assert.equal(await cluster.installation('sys/c').isSilent(), true, 'by the time in a Lease that is new to it');
  });

  it('is served by the other one at once when the first has nothing to serve any more', async () => {
    const cluster = new Cluster();
    const [a, b] = [cluster.installation('sys/a'), cluster.installation('sys/b')];
    await a.server();
    await b.server();
    await a.over();
    cluster.ms = 5_000;
    assert.equal(await b.server(), 'Us');
  });

  it('is released by a renewal when nothing is left to serve', async () => {
    const cluster = new Cluster();
    const [a, b] = [cluster.installation('sys/a'), cluster.installation('sys/b')];
    await a.server();
    cluster.busy.delete('sys/a');
    await a.renew();
    assert.equal(await b.server(), 'Us');
  });
});

it('the next pod of an installation goes on at once', async () => {
  const cluster = new Cluster();
  assert.equal(await cluster.installation('sys/a').server(), 'Us');
  assert.equal(await cluster.installation('sys/a').server(), 'Us');
});

it('a namespace costs one look at its Lease, however many LoadTests it has', async () => {
  const cluster = new Cluster();
  const a = cluster.installation('sys/a');
  await Promise.all(Array.from({ length: 100 }, () => a.server()));
  assert.equal(cluster.calls, 2);
});

for (const [reason, warnings] of [
  ['NamespaceTerminating', 0],
  ['Forbidden', 1],
] as const)
  it(`a namespace that refuses the Lease (${reason}) is served all the same`, async () => {
    const cluster = new Cluster();
    cluster.refusal = reason;
    const a = cluster.installation('sys/a');
    assert.equal(await a.server(), 'Us');
    await a.renew();
    assert.deepEqual([await a.server(), cluster.warnings.length], ['Us', warnings]);
    await a.over();
  });
