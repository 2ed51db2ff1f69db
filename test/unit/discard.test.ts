import assert from 'node:assert/strict';
import { test } from 'node:test';
import { discarder } from '../../runner/http1/discard.ts';

test('what is discarded is destroyed soon, a few in every turn, each once', () => {
  const turns: (() => void)[] = [];
  const destroyed: number[] = [];
  const discard = discarder((callback) => turns.push(callback));
  for (let i = 0; i < 40; i++) discard({ destroy: () => destroyed.push(i) });
  assert.equal(destroyed.length, 0);
  const after: number[] = [];
  for (let turn = turns.shift(); turn !== undefined; turn = turns.shift()) {
    turn();
    after.push(destroyed.length);
  }
  assert.deepEqual(after, [16, 32, 40]);
  assert.deepEqual(
    destroyed,
    Array.from({ length: 40 }, (_, i) => i),
  );
  discard({ destroy: () => destroyed.push(40) });
  turns.shift()!();
  assert.equal(destroyed.at(-1), 40);
});
