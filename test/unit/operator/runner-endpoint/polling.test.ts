import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  gatherMs,
  liveMs,
  mayDeliverIntervals,
  patienceMs,
  pollMs,
} from '../../../../operator/runner-endpoint/polling.ts';

test('with more runners each sends updates less often, and more updates share one reconcile', () => {
  const paces = (replicas: number) => [pollMs, liveMs, patienceMs, gatherMs].map((of) => of(replicas));
  assert.deepEqual(paces(1), [100, 1000, 2500, 0]);
  assert.deepEqual(paces(20), [100, 1000, 2500, 0]);
  assert.deepEqual(paces(200), [200, 1000, 2500, 20]);
  assert.deepEqual(paces(1000), [1000, 5000, 8500, 100]);
});

const collected = (count: number) => new Set(Array.from({ length: count }, (_, index) => index));
const turns: [sentence: string, index: number, collected: ReadonlySet<number> | undefined, mayDeliver: boolean][] = [
  ['the first runners deliver their intervals at once', 199, undefined, true],
  ['the others wait', 200, undefined, false],
  ['each delivery makes room for another runner', 200, collected(1), true],
  ['and for one only', 201, collected(1), false],
  ['a runner delivers its intervals once', 0, collected(1), false],
];
for (const [sentence, index, others, mayDeliver] of turns)
  test(sentence, () => assert.equal(mayDeliverIntervals(index, others), mayDeliver));
