import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lead } from '../../../operator/leader/election.ts';
import { takeLabel } from '../../../operator/leader/label.ts';
import { held, type Lease, mayHold, released } from '../../../operator/leader/lease.ts';

const EMPTY: Lease = { metadata: { namespace: 'system', name: 'operator' }, spec: {} };
const quiet = { info: () => {}, warn: () => {}, error: () => {} };

const rows: [sentence: string, lease: Lease, seenForMs: number, may: boolean][] = [
  ['a Lease without a holder may be taken', EMPTY, 0, true],
  ['our own Lease may be taken at once', held(EMPTY, { identity: 'me' }, 0), 0, true],
  ["another holder's Lease may not be taken before it expires", held(EMPTY, { identity: 'other' }, 0), 14_999, false],
  [
    "another holder's Lease may be taken when it has not changed for its whole duration",
    held(EMPTY, { identity: 'other' }, 0),
    15_000,
    true,
  ],
  ['a released Lease may be taken at once', released(held(EMPTY, { identity: 'other' }, 0), 0), 0, true],
];
for (const [sentence, lease, seenForMs, may] of rows)
  it(sentence, () => assert.equal(mayHold(lease, 'me', seenForMs), may));

it('leaseTransitions counts changes of the holder, not renewals', () => {
  const first = held(EMPTY, { identity: 'a' }, 1000);
  const renewed = held(first, { identity: 'a' }, 2000);
  const taken = held(renewed, { identity: 'b' }, 3000);
  assert.deepEqual(
    [first, renewed, taken].map(({ spec }) => [spec.leaseTransitions, spec.acquireTime, spec.renewTime]),
    [
      [1, '1970-01-01T00:00:01.000000Z', '1970-01-01T00:00:01.000000Z'],
      [1, '1970-01-01T00:00:01.000000Z', '1970-01-01T00:00:02.000000Z'],
      [2, '1970-01-01T00:00:03.000000Z', '1970-01-01T00:00:03.000000Z'],
    ],
  );
});

it('a Lease is deleted with its holder, and not once another one holds it or none does', () => {
  const owner = (name: string) => ({ apiVersion: 'v1', kind: 'Pod', name, uid: name });
  const first = held(EMPTY, { identity: 'a', owner: owner('a') }, 1000);
  const taken = held(first, { identity: 'b', owner: owner('b') }, 2000);
  assert.deepEqual(
    [first, taken, released(taken, 3000)].map(({ metadata }) => metadata.ownerReferences),
    [[owner('a')], [owner('b')], []],
  );
});

/** A response of the API server comes after the timers that are due, and before any other. */
const turns = async (count: number) => {
  for (let i = 0; i < count; i++) await new Promise(setImmediate);
};

/** An API server with one Lease, and a clock that advances when all candidates sleep. */
class SimulatedCluster {
  ms = 0;
  lease = EMPTY;
  version = 0;
  /** The candidates that cannot reach the API server. */
  readonly cut = new Set<string>();
  /** The candidates that get no response of it. */
  readonly hung = new Set<string>();
  readonly #sleepers: { at: number; wake: () => void }[] = [];

  candidate(identity: string, onLost: () => void = () => {}) {
    const reach = async () => {
      await turns(3);
      if (this.hung.has(identity)) await new Promise(() => {});
      if (this.cut.has(identity)) throw new Error('unreachable');
    };
    return lead({
      holder: { identity },
      onLost,
      log: quiet,
      now: () => this.ms,
      ticks: () => this.ms,
      sleep: (ms) => this.#sleep(ms),
      store: {
        read: async () => {
          await reach();
          return this.lease;
        },
        write: async (lease) => {
          await reach();
          if (lease.metadata.resourceVersion !== this.lease.metadata.resourceVersion) throw new Error('conflict');
          this.version++;
          this.lease = { ...lease, metadata: { ...lease.metadata, resourceVersion: String(this.version) } };
          return this.lease;
        },
      },
    });
  }

  /** Advances the clock by `ms`. */
  async pass(ms: number): Promise<void> {
    const end = this.ms + ms;
    for (;;) {
      await turns(1);
      if (this.#next > this.ms) await turns(6);
      const next = this.#next;
      if (next > end) break;
      this.ms = Math.max(this.ms, next);
      for (const s of this.#sleepers.filter((s) => s.at <= this.ms)) {
        this.#sleepers.splice(this.#sleepers.indexOf(s), 1);
        s.wake();
      }
    }
    this.ms = end;
  }

  get #next(): number {
    return Math.min(...this.#sleepers.map((s) => s.at));
  }

  #sleep(ms: number): Promise<void> {
    return new Promise<void>((wake) => this.#sleepers.push({ at: this.ms + ms, wake }));
  }

  /** Lets `ms` pass in which no process runs. */
  async starve(ms: number): Promise<void> {
    this.ms += ms;
    await this.pass(0);
  }

  get holder(): string | undefined {
    return this.lease.spec.holderIdentity;
  }
}

describe('an election', () => {
  it('has one leader, which keeps the Lease', async () => {
    const cluster = new SimulatedCluster();
    await cluster.candidate('a');
    let led = false;
    void cluster.candidate('b').then(() => {
      led = true;
    });
    await cluster.pass(300_000);
    assert.deepEqual([cluster.holder, led], ['a', false]);
  });

  it('has one leader even when several candidates start at the same moment', async () => {
    const cluster = new SimulatedCluster();
    const leaders: string[] = [];
    for (const name of ['a', 'b', 'c']) void cluster.candidate(name).then(() => leaders.push(name));
    await cluster.pass(60_000);
    assert.deepEqual(leaders, [cluster.holder]);
  });

  it('hands over at once when the leader releases the Lease', async () => {
    const cluster = new SimulatedCluster();
    const a = await cluster.candidate('a');
    const b = cluster.candidate('b');
    await cluster.pass(5000);
    await a.release();
    await cluster.pass(2000);
    const { follows } = await b;
    assert.deepEqual([cluster.holder, follows], ['b', 'a']);
  });

  it('has a new leader within 20 s of the old one losing its connection, and the old one stops before', async () => {
    const cluster = new SimulatedCluster();
    let lostAt: number | undefined;
    await cluster.candidate('a', () => {
      lostAt = cluster.ms;
    });
    let ledAt: number | undefined;
    let follows: string | undefined;
    void cluster.candidate('b').then((leadership) => {
      ledAt = cluster.ms;
      follows = leadership.follows;
    });
    await cluster.pass(5000);
    cluster.cut.add('a');
    await cluster.pass(20_000);
    assert.equal(cluster.holder, 'b');
    assert.ok(lostAt !== undefined && ledAt !== undefined && lostAt < ledAt, `lost at ${lostAt}, led at ${ledAt}`);
    assert.ok(ledAt - 5000 < 20_000);
    assert.equal(follows, 'a', 'the new leader knows its predecessor');
  });

  it('keeps its leader when the API server is unreachable for less than ten seconds', async () => {
    const cluster = new SimulatedCluster();
    await cluster.candidate('a', () => assert.fail('lost'));
    await cluster.pass(5000);
    cluster.cut.add('a');
    await cluster.pass(8000);
    cluster.cut.delete('a');
    await cluster.pass(60_000);
    assert.equal(cluster.holder, 'a');
  });

  it('keeps its leader on a node that gives it no CPU for a minute', async () => {
    const cluster = new SimulatedCluster();
    await cluster.candidate('a', () => assert.fail('lost'));
    await cluster.pass(5000);
    await cluster.starve(60_000);
    await cluster.pass(60_000);
    assert.equal(cluster.holder, 'a');
  });

  it('keeps its leader on a node that gives it some CPU every few seconds', async () => {
    const cluster = new SimulatedCluster();
    await cluster.candidate('a', () => assert.fail('lost'));
    for (let i = 0; i < 20; i++) await cluster.starve(11_000);
    assert.equal(cluster.holder, 'a');
  });

  it('keeps its leader when the Lease is deleted', async () => {
    const cluster = new SimulatedCluster();
    await cluster.candidate('a', () => assert.fail('lost'));
    await cluster.pass(5000);
    cluster.lease = { ...EMPTY, metadata: { ...EMPTY.metadata, resourceVersion: 'new' } };
    await cluster.pass(5000);
    assert.equal(cluster.holder, 'a');
  });

  it('is lost when nothing responds for ten seconds', async () => {
    const cluster = new SimulatedCluster();
    let lostAt: number | undefined;
    await cluster.candidate('a', () => {
      lostAt = cluster.ms;
    });
    await cluster.pass(5000);
    cluster.hung.add('a');
    await cluster.pass(20_000);
    assert.ok(lostAt !== undefined && lostAt < 5000 + 15_000, `lost at ${lostAt}`);
  });

  it('is lost when another took the Lease while its leader got no CPU', async () => {
    const cluster = new SimulatedCluster();
    let lost = 0;
    await cluster.candidate('a', () => lost++);
    await cluster.pass(5000);
    cluster.lease = {
      ...held(cluster.lease, { identity: 'b' }, cluster.ms),
      metadata: { ...EMPTY.metadata, resourceVersion: 'b' },
    };
    await cluster.starve(30_000);
    await cluster.pass(1);
    assert.equal(lost, 1);
  });

  it('is lost at once when another candidate holds the Lease', async () => {
    const cluster = new SimulatedCluster();
    let lost = 0;
    await cluster.candidate('a', () => lost++);
    cluster.lease = {
      ...held(cluster.lease, { identity: 'b' }, cluster.ms),
      metadata: { ...EMPTY.metadata, resourceVersion: 'b' },
    };
    await cluster.pass(4000);
    assert.equal(lost, 1);
  });
});

describe('the label of the leader', () => {
  /** The changes of labels in order: + adds one to a pod, - removes it. The first `failures` attempts for a pod fail. */
  async function labelChanges(follows: string | undefined, failures: Record<string, number> = {}): Promise<string[]> {
    const done: string[] = [];
    const left = { ...failures };
    const label = async (pod: string, isLeader: boolean) => {
      left[pod] = (left[pod] ?? 0) - 1;
      if (left[pod] >= 0) throw new Error('unreachable');
      done.push(`${isLeader ? '+' : '-'}${pod}`);
    };
    const sleep = () => new Promise((later) => setImmediate(later));
    await takeLabel({ label, self: 'b', follows, log: quiet, sleep });
    for (let i = 0; i < 100; i++) await sleep();
    return done;
  }
  const rows: [sentence: string, done: Promise<string[]>, expected: string[]][] = [
    ['is added to the first leader', labelChanges(undefined), ['+b']],
    ['is removed from the previous leader', labelChanges('a'), ['-a', '+b']],
    ['is not removed from the leader itself', labelChanges('b'), ['+b']],
    ['is added and removed as soon as the API server is reachable', labelChanges('a', { a: 2, b: 1 }), ['+b', '-a']],
    [
      'is added to the leader even when it cannot be removed from the previous one',
      labelChanges('a', { a: 1000 }),
      ['+b'],
    ],
    [
      'is retried until it is added, because without it no runner update arrives',
      labelChanges(undefined, { b: 50 }),
      ['+b'],
    ],
  ];
  for (const [sentence, done, expected] of rows) it(sentence, async () => assert.deepEqual(await done, expected));
});
