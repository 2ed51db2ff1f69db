import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TrailingBytes } from '../../../../../runner/transport/http1/trailing-bytes.ts';

/** Responses that end one after the other, each on its own connection, and the names of the complete ones. */
function responsesOn(connections: { name: string; requestSent: boolean }[]) {
  const turns: (() => void)[] = [];
  const complete: string[] = [];
  const trailingBytes = new TrailingBytes((callback) => turns.push(callback));
  const waiting = connections.map(({ name, requestSent }) => ({
    requestSent,
    noTrailingBytes: () => void complete.push(name),
  }));
  for (const one of waiting) {
    trailingBytes.readFrom(one);
    trailingBytes.add(one);
  }
  return { trailingBytes, waiting, complete, endTurn: () => turns.splice(0).map((callback) => callback()) };
}
const OTHER = { requestSent: true, noTrailingBytes: () => {} };

test('a response is complete when another connection is read, and not when its own is read again', () => {
  const { trailingBytes, waiting, complete } = responsesOn([{ name: 'a', requestSent: true }]);
  trailingBytes.readFrom(waiting[0]!);
  assert.deepEqual(complete, []);
  trailingBytes.readFrom(OTHER);
  trailingBytes.readFrom(OTHER);
  assert.deepEqual(complete, ['a']);
});

test('a response is complete at the end of the turn, once', () => {
  const { trailingBytes, complete, endTurn } = responsesOn([
    { name: 'a', requestSent: true },
    { name: 'b', requestSent: true },
  ]);
  assert.deepEqual(complete, ['a']);
  assert.equal(endTurn().length, 1);
  trailingBytes.readFrom(OTHER);
  assert.deepEqual(complete, ['a', 'b']);
});

test('a response whose request may be incomplete waits for the end of the turn', () => {
  const { trailingBytes, complete, endTurn } = responsesOn([
    { name: 'a', requestSent: false },
    { name: 'b', requestSent: true },
  ]);
  trailingBytes.readFrom(OTHER);
  assert.deepEqual(complete, ['b']);
  endTurn();
  assert.deepEqual(complete, ['b', 'a']);
});
