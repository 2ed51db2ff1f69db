import assert from 'node:assert/strict';

const SHOWN = 5;

/** Asserts that two lists have the same texts in any order. The diff of `deepEqual` takes gigabytes for ten thousand texts. */
export function assertSameTexts(actual: readonly string[], expected: readonly string[]): void {
  const differences = { missing: without(expected, actual), unexpected: without(actual, expected) };
  assert.deepEqual(differences, { missing: [], unexpected: [] });
}

/** The first texts of one list that another one does not have, or has less often. */
function without(texts: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const other of others) left.set(other, (left.get(other) ?? 0) + 1);
  const more = texts.filter((text) => {
    const count = left.get(text) ?? 0;
    left.set(text, count - 1);
    return count <= 0;
  });
  return more.slice(0, SHOWN);
}
