import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzzHpack } from '../../../../support/hpack/fuzz.ts';

test('100,000 random header blocks decode as in nghttp2, the decoder of node:http2', async () => {
  const { blocks, broken, differences } = await fuzzHpack(100_000, 7);
  assert.deepEqual(differences, []);
  // The blocks must be meaningful: some end their connection, most do not.
  assert.ok(blocks >= 100_000 && broken > 500 && broken < 10_000, `${broken} of ${blocks} blocks are invalid`);
});
