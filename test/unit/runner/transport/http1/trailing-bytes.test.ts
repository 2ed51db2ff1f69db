import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TrailingBytes } from '../../../../../runner/transport/http1/trailing-bytes.ts';

/** Responses that came to their end one after the other, each on a connection of its own, and what happens then. */
function endingsOf(connections: { name: string; sent: boolean }[]) {
  const turns: (() => void)[] = [];
  const over: string[] = [];
  const trailingBytes = new TrailingBytes((callback) => turns.push(callback));
  const waiting = connections.map(({ name, sent }) => ({ sent, over: () => void over.push(name) }));
  for (const one of waiting) {
    trailingBytes.readFrom(one);
    trailingBytes.add(one);
  }
  return { trailingBytes, waiting, over, turnOver: () => turns.splice(0).map((callback) => callback()) };
}
const OTHER = { sent: true, over: () => {} };

test('a response is over when another connection is read, and not when its own is read on', () => {
  const { trailingBytes, waiting, over } = endingsOf([{ name: 'a', sent: true }]);
  trailingBytes.readFrom(waiting[0]!);
  assert.deepEqual(over, []);
  trailingBytes.readFrom(OTHER);
  trailingBytes.readFrom(OTHER);
  assert.deepEqual(over, ['a']);
});

test('a response is over at the end of the turn, once', () => {
  const { trailingBytes, over, turnOver } = endingsOf([
    { name: 'a', sent: true },
    { name: 'b', sent: true },
  ]);
  assert.deepEqual(over, ['a']);
  assert.equal(turnOver().length, 1);
  trailingBytes.readFrom(OTHER);
  assert.deepEqual(over, ['a', 'b']);
});

test('a response whose request may not have gone out waits for the end of the turn', () => {
  const { trailingBytes, over, turnOver } = endingsOf([
    { name: 'a', sent: false },
    { name: 'b', sent: true },
  ]);
  trailingBytes.readFrom(OTHER);
  assert.deepEqual(over, ['b']);
  turnOver();
  assert.deepEqual(over, ['b', 'a']);
});
