import assert from 'node:assert/strict';
import { test } from 'node:test';
import { discarder } from '../../../../../runner/transport/http1/discard.ts';

test('what is discarded is destroyed soon, a few in every turn, each once', () => {
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

/** What waits after each of `turns`, in which `made` are made and `discarded` are discarded. */
function waiting(turns: { discarded: number; made: number }[]): number[] {
  const next: (() => void)[] = [];
  let open = 0;
  const { discard, opened } = discarder((callback) => next.push(callback));
  return turns.map((turn) => {
    for (let i = 0; i < turn.discarded; i++) {
      open++;
      discard({ destroy: () => open-- });
    }
    for (let i = 0; i < turn.made; i++) opened();
    next.shift()?.();
    return open;
  });
}

test('of what is discarded and made anew in every turn, no more waits than comes in one', () => {
  const every = waiting(Array.from({ length: 100 }, () => ({ discarded: 200, made: 200 })));
  assert.ok(Math.max(...every) <= 200, `${Math.max(...every)} wait`);
});

test('what was made before there was anything to discard makes no turn longer', () => {
  const begin = { discarded: 0, made: 5000 };
  const timeouts = { discarded: 5000, made: 0 };
  const quiet = { discarded: 0, made: 0 };
  assert.deepEqual(waiting([begin, timeouts, quiet]), [0, 4984, 4968]);
});
