import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../../../model/common/random.ts';
import { Queue } from '../../../../runner/engine/queue.ts';

test('property: a queue returns items in their order of insertion for any sequence of pushes and shifts', () => {
  const random = seededRandom(7);
  const fifo = new Queue<number>();
  const expected: number[] = [];
  for (let i = 0; i < 20_000; i++) {
    const grows = Math.floor(i / 1000) % 2 === 0;
    if (random() < (grows ? 0.7 : 0.3)) {
      fifo.push(i);
      expected.push(i);
    } else assert.equal(fifo.shift(), expected.shift());
    assert.deepEqual([fifo.length, fifo.first], [expected.length, expected[0]]);
  }
});
