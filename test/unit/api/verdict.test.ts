import assert from 'node:assert/strict';
import { test } from 'node:test';
import { capitalized, verdictIn } from '../../../api/status/verdict.ts';

const verdicts: [status: 'True' | 'False' | 'Unknown' | undefined, verdict: string, reason: string][] = [
  ['True', 'passed', 'Passed'],
  ['False', 'failed', 'Failed'],
  ['Unknown', 'inconclusive', 'Inconclusive'],
  [undefined, 'inconclusive', 'Inconclusive'],
];
for (const [status, verdict, reason] of verdicts)
  test(`a test whose Passed is ${status ?? 'absent'} is ${verdict}`, () => {
    const found = verdictIn(status && { status });
    assert.deepEqual([found, capitalized(found)], [verdict, reason]);
  });
