import assert from 'node:assert/strict';
import { test } from 'node:test';
import { discarder } from '../../../../../runner/transport/connect/discard.ts';

test('discarded sockets are destroyed soon, a few in every turn, each once', () => {
  const turns: (() => void)[] = [];
  const destroyed: number[] = [];
  const { discard } = discarder((callback) => turns.push(callback));
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

/** The numbers of waiting sockets after each of `turns`, in which sockets are opened and discarded. */
function waiting(turns: { discarded: number; opened: number }[]): number[] {
  const next: (() => void)[] = [];
  let open = 0;
  const { discard, opened } = discarder((callback) => next.push(callback));
  return turns.map((turn) => {
    for (let i = 0; i < turn.discarded; i++) {
      open++;
      discard({ destroy: () => open-- });
    }
    for (let i = 0; i < turn.opened; i++) opened();
    next.shift()?.();
    return open;
  });
}

test('with sockets discarded and opened in every turn, at most those of one turn wait', () => {
  const every = waiting(Array.from({ length: 100 }, () => ({ discarded: 200, opened: 200 })));
  assert.ok(Math.max(...every) <= 200, `${Math.max(...every)} wait`);
});

test('sockets opened before the first discard lengthen no turn', () => {
  const start = { discarded: 0, opened: 5000 };
  const timeouts = { discarded: 5000, opened: 0 };
  const quiet = { discarded: 0, opened: 0 };
  assert.deepEqual(waiting([start, timeouts, quiet]), [0, 4984, 4968]);
});
