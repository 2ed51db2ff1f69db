import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../../../model/common/random.ts';
import { Deadlines, Expiring } from '../../../../runner/engine/deadlines.ts';

class Entry extends Expiring {
  readonly name: number;
  readonly #expired: number[];

  constructor(name: number, expired: number[]) {
    super();
    this.name = name;
    this.#expired = expired;
  }

  expire(): void {
    this.#expired.push(this.name);
  }
}

function setUp(count: number) {
  const expired: number[] = [];
  return {
    deadlines: new Deadlines(),
    expired,
    entries: Array.from({ length: count }, (_, i) => new Entry(i, expired)),
  };
}

/** Expires the due entries and returns the next deadline. */
function sweep(deadlines: Deadlines, now: number): number {
  deadlines.sweep(now, now);
  return deadlines.nextUs;
}

test('due entries expire in order, and the next deadline is that of the rest', () => {
  const { deadlines, expired, entries } = setUp(3);
  entries.forEach((entry, i) => void deadlines.add(entry, 10 * (i + 1)));
  assert.equal(sweep(deadlines, 5), 10);
  assert.deepEqual(expired, []);
  assert.equal(sweep(deadlines, 20), 30);
  assert.deepEqual(expired, [0, 1]);
  assert.equal(sweep(deadlines, 30), Number.POSITIVE_INFINITY);
  assert.deepEqual(expired, [0, 1, 2]);
});

test('a removed entry does not expire, and an entry added again has only its new deadline', () => {
  const { deadlines, expired, entries } = setUp(3);
  entries.forEach((entry, i) => void deadlines.add(entry, 10 * (i + 1)));
  deadlines.remove(entries[1]!);
  deadlines.remove(entries[1]!);
  deadlines.add(entries[0]!, 40);
  assert.equal(sweep(deadlines, 35), 40);
  assert.deepEqual(expired, [2]);
  assert.equal(sweep(deadlines, 40), Number.POSITIVE_INFINITY);
  assert.deepEqual(expired, [2, 0]);
});

test('an entry may be added again while it expires', () => {
  const deadlines = new Deadlines();
  let times = 0;
  class Again extends Expiring {
    expire(): void {
      if (++times < 3) deadlines.add(this, 10);
    }
  }
  deadlines.add(new Again(), 5);
  assert.equal(sweep(deadlines, 10), Number.POSITIVE_INFINITY);
  assert.equal(times, 3);
});

test('an entry may sweep while it expires: the rest still expire in order and once', () => {
  const deadlines = new Deadlines();
  const expired: [number, number][] = [];
  class Sweeping extends Expiring {
    readonly name: number;
    constructor(name: number) {
      super();
      this.name = name;
    }
    expire(nowUs: number): void {
      deadlines.sweep(nowUs + 100, nowUs + 100);
      expired.push([this.name, nowUs]);
    }
  }
  [5, 6, 50].forEach((time, i) => void deadlines.add(new Sweeping(i), time));
  deadlines.sweep(10, 10);
  assert.deepEqual(expired, [
    [0, 10],
    [1, 10],
  ]);
  assert.equal(deadlines.nextUs, 50);
});

test('property: after any additions and removals, exactly the due entries expire, in order', () => {
  const random = seededRandom(4);
  const { deadlines, expired, entries } = setUp(50);
  const expected = new Map<number, number>();
  for (let now = 0; now < 5000; now++) {
    const entry = entries[Math.floor(random() * entries.length)]!;
    if (random() < 0.7) {
      expected.delete(entry.name);
      expected.set(entry.name, now + 100);
      deadlines.add(entry, now + 100);
    } else {
      expected.delete(entry.name);
      deadlines.remove(entry);
    }
    const due = [...expected].filter(([, time]) => time <= now).map(([name]) => name);
    for (const name of due) expected.delete(name);
    expired.length = 0;
    assert.equal(sweep(deadlines, now), [...expected.values()][0] ?? Number.POSITIVE_INFINITY);
    assert.deepEqual(expired, due);
  }
});
