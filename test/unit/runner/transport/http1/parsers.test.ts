import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { compare } from '../../../../support/parsers/comparison.ts';
import { DIFFERENCES } from '../../../../support/parsers/differences.ts';
import { exchangeOf } from '../../../../support/parsers/exchange.ts';
import { fuzz } from '../../../../support/parsers/fuzz.ts';

const NOTES = readFileSync(
  join(import.meta.dirname, '../../../../../docs/notes/0022-where-the-transports-differ.md'),
  'utf8',
);

for (const { what, lean, llhttp, example } of DIFFERENCES) {
  test(`the parser differs from llhttp in ${what}, and the notes list it`, () => {
    assert.deepEqual(compare(example), { what, explained: true });
    assert.ok(NOTES.includes(`| ${what} | ${lean} | ${llhttp} |`));
  });
}

test('the parser rejects bytes after a response, and llhttp reads the same response before them', () => {
  const response = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
  assert.deepEqual(compare(exchangeOf(`${response}!`)), { what: 'both: complete', explained: true });
});

test('fuzz: 200,000 mutated responses parse as in llhttp, or the notes list the difference, for every cut and every previous response', () => {
  const rows = fuzz(200_000, 31);
  assert.deepEqual(
    rows.filter(({ explained }) => !explained),
    [],
  );
  // The mutations must be meaningful: neither may both parsers refuse most, nor may many differ.
  const complete = rows.find(({ what }) => what === 'both: complete')!.count;
  const explained = rows.filter(({ what }) => !what.startsWith('both')).reduce((sum, { count }) => sum + count, 0);
  assert.ok(complete > 60_000 && explained < 20_000, `${complete} complete, ${explained} differ`);
});
