import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closest } from '../../../api/common/misspelt/closest.ts';

const FIELDS = ['duration', 'rate', 'stages', 'startRate', 'maxInFlight', 'path', 'url'];
const rows: [typed: string, word: string | undefined][] = [
  ['stags', 'stages'],
  ['stagse', 'stages'],
  ['raet', 'rate'],
  ['maxinflight', 'maxInFlight'],
  ['durations', 'duration'],
  ['maxInflights', 'maxInFlight'],
  ['ulr', 'url'],
  ['pth', 'path'],
  ['wait', undefined],
  ['x', undefined],
  ['', undefined],
  ['thresholds', undefined],
];
for (const [typed, word] of rows)
  test(`${JSON.stringify(typed)} stands for ${word ?? 'none of them'}`, () =>
    assert.equal(closest(typed, FIELDS), word));
