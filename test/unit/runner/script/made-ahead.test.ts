import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closedLoadDriver } from '../../../../runner/engine/drivers/closed-model.ts';
import type { Upcoming } from '../../../../runner/engine/drivers/upcoming.ts';
import type { Call } from '../../../../runner/script/call-queue.ts';
import { REQUEST } from '../../../../runner/script/channel/to-script.ts';
import { MadeAhead } from '../../../../runner/script/made-ahead.ts';
import { callsHere } from '../../../support/script-link.ts';

const callOf = (index: number): Call => ({ kind: REQUEST, index, step: 0, status: 0, bytes: 0, field: () => ({}) });

/** Arrivals every `gapUs` from 0 on. */
function every(gapUs: number): Upcoming {
  let next = 0;
  return {
    take(most, untilUs) {
      const numbers: number[] = [];
      for (; numbers.length < most && next * gapUs <= untilUs; next++) numbers.push(next);
      return numbers;
    },
    passes(arrival) {
      const isNew = arrival >= next;
      next = Math.max(next, arrival + 1);
      return isNew;
    },
  };
}

/** For each arrival that is taken when it is due: how long before that the script was called, microseconds; and the messages. */
async function leads(gapUs: number, arrivals: readonly number[]) {
  let nowUs = 0;
  const called = new Map<number, number[]>();
  const { calls, sent } = callsHere({
    request({ index }) {
      called.set(index, [...(called.get(index) ?? []), nowUs]);
      return { path: `/${index}` };
    },
  });
  const ahead = new MadeAhead(calls, every(gapUs), callOf, () => nowUs);
  const found: number[] = [];
  for (const arrival of arrivals) {
    nowUs = arrival * gapUs;
    assert.deepEqual(ahead.take(arrival).result, { override: { path: `/${arrival}` } });
    assert.equal(called.get(arrival)!.length, 1, 'called once');
    found.push(nowUs - called.get(arrival)![0]!);
    await new Promise(setImmediate);
  }
  return { found, messages: sent.length };
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

test('at a low rate, a request is made when it is due', async () => {
  const { found, messages } = await leads(20_000, upTo(10));
  assert.deepEqual([Math.max(...found), messages], [0, 10]);
});

test('at a high rate, requests are made a moment ahead, many with one message', async () => {
  const { found, messages } = await leads(100, upTo(2000));
  assert.ok(Math.max(...found) <= 10_000 && Math.min(...found.slice(500)) > 0, `${Math.max(...found)}`);
  assert.ok(messages < 200, `${messages}`);
});

test('arrivals that are dropped are passed over', async () => {
  const { found } = await leads(
    100,
    upTo(2000).filter((n) => n % 7 < 3),
  );
  assert.equal(found.length, 858);
});

test('a closed load knows the numbers of its next iterations, each once and no more than it has', () => {
  let counted = 0;
  const plan = { series: { index: 1, count: 2 }, iterations: 5 };
  const { countIteration, upcoming } = closedLoadDriver.ahead(plan as never, () => counted++);
  assert.equal(countIteration(), 0);
  assert.equal(upcoming.passes(1), true);
  assert.deepEqual(upcoming.take(3, 0), [3, 5, 7]);
  assert.deepEqual(upcoming.take(3, 0), [9]);
  assert.deepEqual([1, 2, 3, 4].map(countIteration), [1, 2, 3, 4]);
  assert.equal(upcoming.passes(7), false);
  assert.deepEqual(upcoming.take(3, 0), []);
});
