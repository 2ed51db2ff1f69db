import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { CAPACITY_REASONS } from '../../../api/status/capacity.ts';
import { COMPARISON_RESULTS } from '../../../api/status/comparison.ts';

const root = join(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

describe('docs/operations.md explains each reason of a condition', () => {
  const code = read('api/status/reasons.ts').replaceAll(/\/\*.*?\*\//gs, '');
  const named = [...code.matchAll(/'([A-Z]\w+)'/g)].map(([, reason]) => reason!);
  const section = read('docs/operations.md')
    .split('\n## ')
    .find((text) => text.startsWith('When a test does not run'))!;
  /** The reasons in the second column of the tables. */
  const explained = new Set(
    [...section.matchAll(/^\| [^|]+ \| ([^|]+) \|/gm)].flatMap(([, reasons]) => reasons!.match(/[A-Z]\w+/g) ?? []),
  );
  it('and has reasons to explain', () => assert.ok(named.length > 50 && explained.size > 50));
  for (const reason of new Set([...named, ...CAPACITY_REASONS, ...COMPARISON_RESULTS]))
    it(reason, () => assert.ok(explained.has(reason), `no row for ${reason}`));
});
