import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitsFor } from '../../../../operator/loadtest/admission/admission.ts';
import { isQueued, type QueuedLoadTest } from '../../../../operator/loadtest/admission/queued.ts';
import { type AcceptedLoadTest, parseLoadTest } from '../../../../operator/loadtest/resources/loadtest-resource.ts';
import { at, resource } from '../../../support/operator/operator-fixtures.ts';

/** "a checkout:80 exclusive" is an exclusive test named a, and "b checkout against a" one that is compared with a; names in alphabetical order are oldest first, and a leading "*" means admitted. */
function entry(text: string): QueuedLoadTest {
  const [name = '', host = '', exclusive, baseline] = text.split(' ');
  const id = name.replace('*', '');
  const compareWith = exclusive === 'against' ? { name: baseline, maxRegression: '10%' } : undefined;
  const made = resource({ target: { url: `http://${host}`, exclusive: exclusive === 'exclusive' }, compareWith });
  const creationTimestamp = at(id.charCodeAt(0) * 1000);
  const metadata = { ...made.metadata, name: id, uid: id, creationTimestamp };
  return { test: parseLoadTest({ ...made, metadata }) as AcceptedLoadTest, admitted: name.startsWith('*') };
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
  // A test that waits for its target takes no slot from later tests.
  [['*a x exclusive', 'b x', 'c y'], 'c', FREE, { max: 2 }],
];
for (const [queue, candidate, decision, { max, oneTestPerTarget = false } = {}] of rows) {
  const situation = `${queue.join(', ')}${max === undefined ? '' : `; at most ${max}`}${oneTestPerTarget ? '; one per target' : ''}`;
  test(`${situation}: ${candidate} ${decision}`, () => {
    const entries = queue.map(entry);
    const candidateEntry = entries.find((e) => e.test.metadata.name === candidate) ?? entry(`${candidate} other`);
    const waiting = waitsFor(candidateEntry.test, entries, { maxConcurrentTests: max, oneTestPerTarget });
    assert.ok(
      waiting === undefined ? decision === FREE : [waiting.reason, waiting.message].includes(decision),
      String(waiting?.message),
    );
  });
}

test('tests created at the same instant are ordered by name, then by namespace, whatever the order of the list', () => {
  const named = (namespace: string, name: string): QueuedLoadTest => {
    const { test: one } = entry('a checkout exclusive');
    return { test: { ...one, metadata: { ...one.metadata, namespace, name, uid: namespace + name } }, admitted: false };
  };
  const queue = [named('b', 'x'), named('c', 'a'), named('a', 'x')];
  for (const order of [queue, queue.toReversed()]) {
    const free = order.filter(({ test: one }) => waitsFor(one, order, { oneTestPerTarget: false }) === undefined);
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
