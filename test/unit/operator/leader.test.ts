import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lead } from '../../../operator/leader/election.ts';
import { takeLabel } from '../../../operator/leader/label.ts';
import { held, type Lease, mayHold, released } from '../../../operator/leader/lease.ts';

const EMPTY: Lease = { metadata: { namespace: 'system', name: 'operator' }, spec: {} };
const quiet = { info: () => {}, warn: () => {}, error: () => {} };

const rows: [sentence: string, lease: Lease, seenForMs: number, may: boolean][] = [
  ['a Lease that nobody holds may be taken', EMPTY, 0, true],
  ['a Lease of our own may be taken at once', held(EMPTY, 'me', 0), 0, true],
  ["another's Lease may not be taken while it may be renewed", held(EMPTY, 'other', 0), 14_999, false],
  ["another's Lease may be taken when it was seen unchanged for its whole time", held(EMPTY, 'other', 0), 15_000, true],
  ['a Lease that was released may be taken at once', released(held(EMPTY, 'other', 0), 0), 0, true],
];
for (const [sentence, lease, seenForMs, may] of rows)
  it(sentence, () => assert.equal(mayHold(lease, 'me', seenForMs), may));

it('who takes a Lease over is counted, who renews it is not', () => {
  const first = held(EMPTY, 'a', 1000);
  const renewed = held(first, 'a', 2000);
  const taken = held(renewed, 'b', 3000);
  assert.deepEqual(
    [first, renewed, taken].map(({ spec }) => [spec.leaseTransitions, spec.acquireTime, spec.renewTime]),
    [
      [1, '1970-01-01T00:00:01.000000Z', '1970-01-01T00:00:01.000000Z'],
      [1, '1970-01-01T00:00:01.000000Z', '1970-01-01T00:00:02.000000Z'],
      [2, '1970-01-01T00:00:03.000000Z', '1970-01-01T00:00:03.000000Z'],
    ],
  );
});

/** An API server with one Lease, and a clock that moves when everybody sleeps. */
class World {
  ms = 0;
  lease = EMPTY;
  version = 0;
  /** Whom the API server does not answer. */
  readonly cut = new Set<string>();
  readonly #sleepers: { at: number; wake: () => void }[] = [];

  candidate(identity: string, onLost: () => void = () => {}) {
    const reach = () => {
      if (this.cut.has(identity)) throw new Error('unreachable');
    };
    return lead({
      identity,
      onLost,
      log: quiet,
      now: () => this.ms,
      ticks: () => this.ms,
      sleep: (ms) => new Promise<void>((wake) => this.#sleepers.push({ at: this.ms + ms, wake })),
      store: {
        read: async () => {
          reach();
          return this.lease;
        },
        write: async (lease) => {
          reach();
          if (lease.metadata.resourceVersion !== this.lease.metadata.resourceVersion) throw new Error('conflict');
          this.version++;
          this.lease = { ...lease, metadata: { ...lease.metadata, resourceVersion: String(this.version) } };
          return this.lease;
        },
      },
    });
  }

  /** Lets time pass until `ms` from now. */
  async pass(ms: number): Promise<void> {
    const end = this.ms + ms;
    for (;;) {
      await new Promise(setImmediate);
      const next = Math.min(...this.#sleepers.map((s) => s.at));
      if (next > end) break;
      this.ms = Math.max(this.ms, next);
      for (const s of this.#sleepers.filter((s) => s.at <= this.ms)) {
        this.#sleepers.splice(this.#sleepers.indexOf(s), 1);
        s.wake();
      }
    }
    this.ms = end;
  }

  get holder(): string | undefined {
    return this.lease.spec.holderIdentity;
  }
}

describe('an election', () => {
  it('has one leader, who stays it', async () => {
    const observedState = new World();
    await observedState.candidate('a');
    let led = false;
    void observedState.candidate('b').then(() => {
      led = true;
    });
    await observedState.pass(300_000);
    assert.deepEqual([observedState.holder, led], ['a', false]);
  });

  it('has one leader also when two stand at the same moment', async () => {
    const observedState = new World();
    const leaders: string[] = [];
    for (const name of ['a', 'b', 'c']) void observedState.candidate(name).then(() => leaders.push(name));
    await observedState.pass(60_000);
    assert.deepEqual(leaders, [observedState.holder]);
  });

  it('is handed over at once by a leader that ends', async () => {
    const observedState = new World();
    const a = await observedState.candidate('a');
    const b = observedState.candidate('b');
    await observedState.pass(5000);
    await a.release();
    await observedState.pass(2000);
    const { follows } = await b;
    assert.deepEqual([observedState.holder, follows], ['b', 'a']);
  });

  it('is over within 20 s of the leader vanishing, and before that the leader has given up', async () => {
    const observedState = new World();
    let lostAt: number | undefined;
    await observedState.candidate('a', () => {
      lostAt = observedState.ms;
    });
    let ledAt: number | undefined;
    let follows: string | undefined;
    void observedState.candidate('b').then((leadership) => {
      ledAt = observedState.ms;
      follows = leadership.follows;
    });
    await observedState.pass(5000);
    observedState.cut.add('a');
    await observedState.pass(20_000);
    assert.equal(observedState.holder, 'b');
    assert.ok(lostAt !== undefined && ledAt !== undefined && lostAt < ledAt, `lost at ${lostAt}, led at ${ledAt}`);
    assert.ok(ledAt - 5000 < 20_000);
    assert.equal(follows, 'a', 'the next one knows whom it follows');
  });

  it('outlives an API server that is away for less than ten seconds', async () => {
    const observedState = new World();
    await observedState.candidate('a', () => assert.fail('lost'));
    await observedState.pass(5000);
    observedState.cut.add('a');
    await observedState.pass(8000);
    observedState.cut.delete('a');
    await observedState.pass(60_000);
    assert.equal(observedState.holder, 'a');
  });

  it('is lost at once when another holds the Lease', async () => {
    const observedState = new World();
    let lost = 0;
    await observedState.candidate('a', () => lost++);
    observedState.lease = {
      ...held(observedState.lease, 'b', observedState.ms),
      metadata: { ...EMPTY.metadata, resourceVersion: 'b' },
    };
    await observedState.pass(4000);
    assert.equal(lost, 1);
  });
});

describe('the label of who leads', () => {
  /** What is done to labels, in order, where the first tries fail as `fails` says. */
  async function taken(follows: string | undefined, fails: Record<string, number> = {}): Promise<string[]> {
    const done: string[] = [];
    const left = { ...fails };
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
    ['is put on who leads first', taken(undefined), ['+b']],
    ['is taken from who led before', taken('a'), ['-a', '+b']],
    ['is not taken from oneself', taken('b'), ['+b']],
    ['is put on, and taken off, as soon as the API server answers', taken('a', { a: 2, b: 1 }), ['+b', '-a']],
    ['is put on who leads though it cannot be taken from another', taken('a', { a: 1000 }), ['+b']],
    ['is insisted on: without it no report arrives', taken(undefined, { b: 50 }), ['+b']],
  ];
  for (const [sentence, done, expected] of rows) it(sentence, async () => assert.deepEqual(await done, expected));
});
