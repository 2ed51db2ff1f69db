import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { AdmissionPass } from '../../../../operator/loadtest/admission/admission.ts';
import { AdmissionQueue } from '../../../../operator/loadtest/admission/admission-queue.ts';
import { isQueued, type QueuedLoadTest } from '../../../../operator/loadtest/admission/queued.ts';
import { type AcceptedLoadTest, parseLoadTest } from '../../../../operator/loadtest/resources/loadtest-resource.ts';
import { at, resource } from '../../../support/operator/operator-fixtures.ts';

/** "a checkout:80 exclusive" is an exclusive test named a, and "b checkout against a" one that is compared with a; names in alphabetical order are oldest first, a leading "*" means admitted, and a leading "!" served by another installation. */
function entry(text: string): QueuedLoadTest {
  const [name = '', host = '', exclusive, baseline] = text.split(' ');
  const id = name.replace(/[*!]/g, '');
  const compareWith = exclusive === 'against' ? { name: baseline, maxRegression: '10%' } : undefined;
  const made = resource({ target: { url: `http://${host}`, exclusive: exclusive === 'exclusive' }, compareWith });
  const creationTimestamp = at(id.charCodeAt(0) * 1000);
  const metadata = { ...made.metadata, name: id, uid: id, creationTimestamp };
  const accepted = parseLoadTest({ ...made, metadata }) as AcceptedLoadTest;
  return { test: accepted, admitted: name.includes('*'), isElsewhere: name.includes('!') };
}

type Row = [
  queue: string[],
  candidate: string,
  decision: string,
  limits?: { max?: number; oneTestPerTarget?: boolean },
];

const FREE = 'starts';
const rows: Row[] = [
  [['a checkout'], 'a', FREE],
  [['*a checkout', 'b checkout'], 'b', FREE],
  [['*a checkout', 'b checkout exclusive'], 'b', 'waits for shop/a, which tests checkout:80'],
  [['*a checkout exclusive', 'b checkout'], 'b', 'waits for shop/a, which tests checkout:80'],
  [['*a checkout exclusive', 'b http'], 'b', FREE],
  [['*a checkout exclusive', 'b checkout:8080'], 'b', FREE],
  [['*a checkout:80/x exclusive', 'b CHECKOUT/y'], 'b', 'waits for shop/a, which tests checkout:80'],
  [['a checkout exclusive', 'b checkout exclusive'], 'a', FREE],
  [['a checkout exclusive', 'b checkout exclusive'], 'b', 'waits for shop/a, which tests checkout:80'],
  // Tests that are not exclusive do not overtake a waiting exclusive one forever.
  [
    ['*a checkout', 'b checkout exclusive', 'c checkout'],
    'c',
    'waits for shop/b, which is before it to test checkout:80',
  ],
  [['*a checkout', 'b checkout', 'c checkout exclusive'], 'c', 'waits for shop/a, which tests checkout:80'],
  [['b checkout exclusive', '*c checkout'], 'b', 'waits for shop/c, which tests checkout:80'],
  [['*a checkout', 'b checkout'], 'b', 'waits for shop/a, which tests checkout:80', { oneTestPerTarget: true }],
  [['*a x', '*b y', 'c z'], 'c', 'WaitingForSlot', { max: 2 }],
  [['*a x', 'b y', 'c z'], 'b', FREE, { max: 2 }],
  [['*a x', 'b y', 'c z'], 'c', 'WaitingForSlot', { max: 2 }],
  [['*a checkout', 'b checkout against a'], 'b', 'waits for shop/a, the baseline of compareWith'],
  [['a checkout', 'b other against a'], 'b', 'waits for shop/a, the baseline of compareWith'],
  [['a checkout', 'b other against a'], 'a', FREE],
  [['b checkout against a'], 'b', FREE],
  [['a checkout against b', 'b checkout'], 'a', FREE],
  [['a checkout against b', 'b checkout against a'], 'b', 'waits for shop/a, the baseline of compareWith'],
  [['a checkout against b', 'b checkout against a'], 'a', FREE],
  [['a checkout against a'], 'a', FREE],
  // In a line, each names the one just before it, so that a change of the first is news for the second alone.
  [['*a x exclusive', 'b x exclusive', 'c x exclusive'], 'c', 'waits for shop/b, which is before it to test x:80'],
  [['*a x', 'b x', 'c x'], 'c', 'waits for shop/b, which is before it to test x:80', { oneTestPerTarget: true }],
  // A test that waits for its target takes no slot from later tests.
  [['*a x exclusive', 'b x', 'c y'], 'c', FREE, { max: 2 }],
  // Each installation counts what it serves; a target is one, whoever serves its tests.
  [['!*a x', '!b y', 'c z'], 'c', FREE, { max: 1 }],
  [['!*a x', '*b y', 'c z'], 'c', 'WaitingForSlot', { max: 1 }],
  [['!*a x exclusive', 'b x'], 'b', 'waits for shop/a, which tests x:80', { max: 1 }],
  [['*a y', '!b x', 'c x exclusive'], 'c', 'waits for shop/b, which tests x:80', { max: 2 }],
];
for (const [queue, candidate, decision, { max, oneTestPerTarget = false } = {}] of rows) {
  const situation = `${queue.join(', ')}${max === undefined ? '' : `; at most ${max}`}${oneTestPerTarget ? '; one per target' : ''}`;
  test(`${situation}: ${candidate} ${decision}`, () => {
    const entries = queue.map(entry);
    const turn = new AdmissionPass(entries, { maxConcurrentTests: max, oneTestPerTarget }).of(candidate);
    const reasons = turn?.is === 'Waits' ? [turn.waiting.reason, turn.waiting.message] : [FREE];
    assert.ok(reasons.includes(decision), reasons.join(', '));
  });
}

test('tests created at the same instant are ordered by name, then by namespace, whatever the order of the list', () => {
  const named = (namespace: string, name: string): QueuedLoadTest => {
    const { test: one } = entry('a checkout exclusive');
    return { test: { ...one, metadata: { ...one.metadata, namespace, name, uid: namespace + name } }, admitted: false };
  };
  const queue = [named('b', 'x'), named('c', 'a'), named('a', 'x')];
  for (const order of [queue, queue.toReversed()]) {
    const pass = new AdmissionPass(order, { oneTestPerTarget: false });
    const free = order.filter(({ test: one }) => pass.of(one.metadata.uid)?.is === 'Free');
    assert.deepEqual(
      free.map(({ test: { metadata } }) => `${metadata.namespace}/${metadata.name}`),
      ['c/a'],
    );
  }
});

for (const [title, spec, status, metadata, expected] of [
  ['a new test', {}, {}, {}, true],
  ['a suspended test', { suspend: true }, {}, {}, false],
  ['an admitted test', { suspend: true }, { startTime: at(0) }, {}, true],
  ['a test that is being deleted', {}, { startTime: at(0) }, { deletionTimestamp: at(0) }, false],
  ['an invalid test', { load: {} }, {}, {}, false],
  [
    'a complete test',
    {},
    {
      startTime: at(0),
      conditions: [{ type: 'Complete', status: 'True' as const, reason: 'x', message: '', lastTransitionTime: at(0) }],
    },
    {},
    false,
  ],
] as const) {
  test(`${title} is ${expected ? '' : 'not '}in the admission queue`, () => {
    const made = resource(spec, status as Parameters<typeof resource>[1]);
    assert.equal(isQueued(parseLoadTest({ ...made, metadata: { ...made.metadata, ...metadata } })), expected);
  });
}

describe('the tests that may wait in a namespace', () => {
  const line = (count: number, waiting: (index: number) => boolean = () => false): QueuedLoadTest[] =>
    Array.from({ length: count }, (_, i) => {
      const one = entry(`${String.fromCharCode(97 + i)} x exclusive`);
      const status = waiting(i)
        ? {
            conditions: [
              { type: 'Running', status: 'False', reason: 'WaitingForTarget', message: '', lastTransitionTime: at(0) },
            ],
          }
        : {};
      return { ...one, test: { ...one.test, status: status as AcceptedLoadTest['status'] } };
    });
  const decisions = (queue: readonly QueuedLoadTest[], maxWaitingTests?: number) => {
    const pass = new AdmissionPass(queue, { oneTestPerTarget: false, maxWaitingTests });
    return queue.map(({ test: { metadata } }) => pass.of(metadata.uid)?.is);
  };
  const refused = Array(3).fill('Refused');

  it('are the oldest, and a younger one ends with the limit in its message', () => {
    assert.deepEqual(decisions(line(6), 2), ['Free', 'Waits', 'Waits', ...refused]);
    const last = new AdmissionPass(line(6), { oneTestPerTarget: false, maxWaitingTests: 2 }).of('f');
    assert.equal(
      last?.is === 'Refused' && last.message,
      '2 tests of namespace shop wait already, as many as the operator allows (limits.maxWaitingTests)',
    );
  });

  it('are all without a limit, and those that wait already', () => {
    assert.deepEqual(decisions(line(4)), ['Free', 'Waits', 'Waits', 'Waits']);
    assert.deepEqual(
      decisions(
        line(6, (i) => i > 3),
        2,
      ),
      ['Free', 'Waits', 'Waits', 'Refused', 'Waits', 'Waits'],
    );
  });

  it('do not include those of another namespace', () => {
    const foreign = entry('z x exclusive');
    foreign.test.metadata.namespace = 'other';
    assert.deepEqual(decisions([...line(4), foreign], 2), ['Free', 'Waits', 'Waits', 'Refused', 'Waits']);
  });
});

describe('the admission queue', () => {
  /** Tests of one server, one a second, of which one at a time may run, and a count of how often one is read. */
  const setUp = (count: number) => {
    const objects = new Map<string, ReturnType<typeof resource>>();
    let reads = 0;
    const woken: string[] = [];
    const parsed = new Map<unknown, ReturnType<typeof parseLoadTest>>();
    const get = (_: string, name: string) => {
      reads++;
      const object = objects.get(name);
      if (object === undefined) return undefined;
      const known = parsed.get(object) ?? parseLoadTest(object);
      parsed.set(object, known);
      return known;
    };
    const queue = new AdmissionQueue({ get }, { oneTestPerTarget: true }, (key) => void woken.push(key));
    const name = (i: number) => `test-${i}`;
    const create = (i: number) => {
      const made = resource();
      const metadata = {
        ...made.metadata,
        name: name(i),
        uid: name(i),
        creationTimestamp: at(1000 * Math.floor(i / 10)),
      };
      objects.set(name(i), { ...made, metadata });
      queue.changed(objects.get(name(i))!);
    };
    const look = (i: number) => {
      const one = get('shop', name(i))!;
      const turn = queue.turnOf(one);
      queue.decided(one, { begins: turn?.is === 'Free', turn });
      return turn?.is === 'Waits' ? turn.waiting.message : turn?.is;
    };
    const remove = (i: number) => {
      const object = objects.get(name(i))!;
      objects.delete(name(i));
      queue.changed(object);
    };
    for (let i = 0; i < count; i++) {
      create(i);
      look(i);
    }
    return { queue, look, remove, create, woken, reads: () => reads };
  };

  it('looks at each of thousands of tests a few times, and not at all of them for each', () => {
    const count = 4000;
    const { look, reads } = setUp(count);
    for (let i = 0; i < count; i++) look(i);
    assert.ok(reads() <= 6 * count, `${reads()} reads of ${count} tests`);
  });

  it('wakes those alone about which a change has decided otherwise', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const { look, remove, woken, reads } = setUp(1000);
    const before = reads();
    remove(0);
    t.mock.timers.tick(20);
    assert.deepEqual(woken.toSorted(), ['shop/test-1', 'shop/test-2']);
    assert.equal(look(1), 'Free');
    assert.equal(look(2), 'waits for shop/test-1, which tests checkout.shop.svc:80');
    assert.ok(reads() - before < 2000, 'one pass');
  });

  it('passes once over the rest when a namespace with thousands of tests is deleted', (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const { remove, woken, reads } = setUp(2000);
    const before = reads();
    for (let i = 0; i < 1999; i++) remove(i);
    t.mock.timers.tick(20);
    assert.deepEqual(woken, ['shop/test-1999']);
    assert.ok(reads() - before < 5000, `${reads() - before} reads`);
  });

  it('counts the tests of a namespace unless another installation serves it', (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const objects = ['shop', 'other'].map((namespace) => {
      const made = resource();
      return { ...made, metadata: { ...made.metadata, namespace, uid: namespace } };
    });
    const [own, other] = objects.map(parseLoadTest) as [AcceptedLoadTest, AcceptedLoadTest];
    const woken: string[] = [];
    const get = (namespace: string) => [own, other].find(({ metadata }) => metadata.namespace === namespace);
    const limits = { oneTestPerTarget: false, maxConcurrentTests: 1 };
    const queue = new AdmissionQueue({ get }, limits, (key) => void woken.push(key));
    for (const object of objects) queue.changed(object);
    queue.decided(other, { begins: true, turn: undefined });
    const decision = () => {
      const turn = queue.turnOf(own);
      queue.decided(own, { begins: false, turn });
      return turn?.is;
    };
    assert.equal(decision(), 'Waits');
    queue.served(other, { isElsewhere: true });
    t.mock.timers.tick(20);
    assert.deepEqual([woken, decision()], [['shop/checkout'], 'Free']);
    queue.served(other, { isElsewhere: false });
    assert.equal(decision(), 'Waits');
  });

  it('lets an older test come before those that wait when it is resumed', (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const { look, remove, create, woken } = setUp(40);
    remove(5);
    t.mock.timers.tick(20);
    look(6);
    woken.length = 0;
    create(5);
    t.mock.timers.tick(20);
    assert.deepEqual(woken, ['shop/test-6']);
    assert.equal(look(5), 'waits for shop/test-4, which is before it to test checkout.shop.svc:80');
  });
});
