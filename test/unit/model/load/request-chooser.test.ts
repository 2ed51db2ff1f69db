import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestChooser } from '../../../../model/load/request-chooser.ts';

test('an arrival always chooses the same request, and requests are chosen in proportion to their weights', () => {
  const choose = requestChooser([1, 0.5 + 0.5, 2]);
  const chosen = [0, 0, 0];
  for (let n = 0; n < 10_000; n++) {
    assert.equal(choose(n), choose(n));
    chosen[choose(n)]!++;
  }
  assert.ok(Math.abs(chosen[2]! - 5000) < 200 && Math.abs(chosen[0]! - 2500) < 200, String(chosen));
});
