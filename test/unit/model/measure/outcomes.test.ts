import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeResponses, responsesSince } from '../../../../model/measure/outcomes.ts';

type Counts = Record<string, number>;

const listOf = (counts: Counts) => Object.entries(counts).map(([code, count]) => ({ code, count }));

const MERGED: [title: string, parts: Counts[], codes: string[]][] = [
  ['counts of one code add up', [{ 200: 1 }, { 200: 2 }], ['200: 3']],
  ['codes ascend', [{ 503: 1 }, { 200: 2, 404: 3 }], ['200: 2', '404: 3', '503: 1']],
  ['codes of different length ascend as numbers', [{ 14: 1 }, { 2: 2 }, { 0: 3 }], ['0: 3', '2: 2', '14: 1']],
  ['empty lists merge into an empty list', [{}, {}], []],
];

for (const [title, parts, codes] of MERGED)
  test(title, () => {
    const merged = mergeResponses(parts.map((counts) => ({ responses: listOf(counts) })));
    assert.deepEqual(
      merged.map(({ code, count }) => `${code}: ${count}`),
      codes,
    );
  });

test('responsesSince returns the increase of each code, without codes that did not increase', () => {
  const before = listOf({ 200: 5, 404: 2 });
  const now = listOf({ 200: 8, 404: 2, 503: 1 });
  assert.deepEqual(responsesSince(before, now), listOf({ 200: 3, 503: 1 }));
});
