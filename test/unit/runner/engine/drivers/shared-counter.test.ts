import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { newCounterMemory, sharedCounter } from '../../../../../runner/engine/drivers/shared-counter.ts';

describe('a shared counter', () => {
  it('returns each number once, whichever thread counts', () => {
    const memory = newCounterMemory();
    const [a, b] = [sharedCounter(memory), sharedCounter(memory)];
    assert.deepEqual([a(), b(), b(), b(), a(), a()], [0, 1, 2, 3, 4, 5]);
  });

  const starts: [sentence: string, low: number, halves: number, first: number][] = [
    ['goes on after 2^31 numbers', 2 ** 31 - 2, 1, 2 ** 31 - 2],
    ['goes on after 2^32 numbers', 2 ** 32 - 2, 2, 2 ** 32 - 2],
    ['goes on after 3 * 2^31 numbers', 2 ** 31 - 2, 3, 3 * 2 ** 31 - 2],
    ['goes on after 2^33 numbers', 2 ** 32 - 2, 4, 2 ** 33 - 2],
    ['counts on while the thread that began a half has not counted it', 1, 2, 2 ** 32 + 1],
  ];
  for (const [sentence, low, halves, first] of starts)
    it(sentence, () => {
      const memory = newCounterMemory();
      new Uint32Array(memory).set([low, halves]);
      const threads = [sharedCounter(memory), sharedCounter(memory)];
      const counted = [0, 1, 0, 1].map((thread) => threads[thread]!());
      assert.deepEqual(
        counted,
        [0, 1, 2, 3].map((n) => first + n),
      );
    });
});
