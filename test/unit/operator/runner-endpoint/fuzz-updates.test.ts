import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzzUpdates } from '../../../support/updates/fuzz-updates.ts';

test('fuzz: of 1,500 mutated updates each is refused with a reason, or can be used', () => {
  const { taken, refused, faults } = fuzzUpdates(1_500, 17);
  assert.deepEqual([...faults], []);
  // The mutations must be meaningful: neither may most be valid, nor none.
  assert.ok(taken > 300 && refused > 600, `${taken} taken, ${refused} refused`);
});
