import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type InLine, isInLine, waitsFor } from '../../../../operator/loadtest/admission/admission.ts';
import { type AcceptedTest, parseTest } from '../../../../operator/loadtest/resources/loadtest-resource.ts';
import { at, resource } from '../../../support/operator-fixtures.ts';

/** "a checkout:80 exclusive" is test a, the older the earlier in the alphabet; with "*" in front it is admitted. */
function entry(text: string): InLine {
  const [name = '', place = '', exclusive] = text.split(' ');
  const id = name.replace('*', '');
  const made = resource({ target: { url: `http://${place}`, exclusive: exclusive === 'exclusive' } });
  const creationTimestamp = at(id.charCodeAt(0) * 1000);
  const metadata = { ...made.metadata, name: id, uid: id, creationTimestamp };
  return { test: parseTest({ ...made, metadata }) as AcceptedTest, admitted: name.startsWith('*') };
}

type Row = [line: string[], asks: string, answer: string, limits?: { max?: number; oneTestPerTarget?: boolean }];

const FREE = 'begins';
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
  // An exclusive test that waits is not overtaken for ever by those that are not.
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
  // Who waits for a place keeps no slot from those behind.
  [['*a x exclusive', 'b x', 'c y'], 'c', FREE, { max: 2 }],
];
for (const [line, asks, answer, { max, oneTestPerTarget = false } = {}] of rows) {
  const told = `${line.join(', ')}${max === undefined ? '' : `; at most ${max}`}${oneTestPerTarget ? '; one a target' : ''}`;
  test(`${told}: ${asks} ${answer}`, () => {
    const entries = line.map(entry);
    const asking = entries.find((e) => e.test.metadata.name === asks) ?? entry(`${asks} other`);
    const waiting = waitsFor(asking.test, entries, { maxConcurrentTests: max, oneTestPerTarget });
    assert.ok(
      waiting === undefined ? answer === FREE : [waiting.reason, waiting.message].includes(answer),
      String(waiting?.message),
    );
  });
}

test('of tests of one instant the names decide, then the namespaces; the order of the list never does', () => {
  const named = (namespace: string, name: string): InLine => {
    const { test: one } = entry('a checkout exclusive');
    return { test: { ...one, metadata: { ...one.metadata, namespace, name, uid: namespace + name } }, admitted: false };
  };
  const line = [named('b', 'x'), named('c', 'a'), named('a', 'x')];
  for (const order of [line, line.toReversed()]) {
    const free = order.filter(({ test: one }) => waitsFor(one, order, { oneTestPerTarget: false }) === undefined);
    assert.deepEqual(
      free.map(({ test: { metadata } }) => `${metadata.namespace}/${metadata.name}`),
      ['c/a'],
    );
  }
});

for (const [what, spec, status, metadata, expected] of [
  ['a new test', {}, {}, {}, true],
  ['a suspended one', { suspend: true }, {}, {}, false],
  ['one that was admitted', { suspend: true }, { startTime: at(0) }, {}, true],
  ['one that is being deleted', {}, { startTime: at(0) }, { deletionTimestamp: at(0) }, false],
  ['one that is not valid', { load: {} }, {}, {}, false],
  [
    'a complete one',
    {},
    {
      startTime: at(0),
      conditions: [{ type: 'Complete', status: 'True' as const, reason: 'x', message: '', lastTransitionTime: at(0) }],
    },
    {},
    false,
  ],
] as const) {
  test(`${what} is ${expected ? '' : 'not '}in line`, () => {
    const made = resource(spec, status as Parameters<typeof resource>[1]);
    assert.equal(isInLine(parseTest({ ...made, metadata: { ...made.metadata, ...metadata } })), expected);
  });
}
