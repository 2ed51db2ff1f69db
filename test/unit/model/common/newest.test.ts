import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setNewest } from '../../../../model/common/newest.ts';

test('a map of the newest entries drops the oldest, and one that is set again is the newest', () => {
  const map = new Map<string, number>();
  for (const [value, key] of ['a', 'b', 'a', 'c'].entries()) setNewest(map, key, value, 2);
  assert.deepEqual(
    [...map],
    [
      ['a', 2],
      ['c', 3],
    ],
  );
});
