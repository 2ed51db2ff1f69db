import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { ERROR_ADVICE } from '../../../api/status/error-advice.ts';
import { ERROR_KINDS } from '../../../api/status/error-kinds.ts';

const page = readFileSync(`${import.meta.dirname}/../../../docs/errors.md`, 'utf8');

it('docs/errors.md explains exactly the error kinds that a threshold can name', () => {
  const explained = [...page.matchAll(/^\| `([A-Za-z0-9]+)` \|/gm)].map(([, kind]) => kind!);
  const advice = 'the list is api/status/error-kinds.ts (npm run generate after a change), the page docs/errors.md';
  assert.deepEqual([...ERROR_KINDS].sort(), explained.toSorted(), advice);
});

it('docs/errors.md gives the advice of the report for each kind', () => {
  const rows = [...page.matchAll(/^\| `([A-Za-z0-9]+)` \|.*\| (.*?) \|$/gm)].map(([, kind, check]) => [
    kind!,
    check!.replaceAll('`', ''),
  ]);
  assert.deepEqual(Object.fromEntries(rows), ERROR_ADVICE, 'the list is api/status/error-advice.ts');
});
