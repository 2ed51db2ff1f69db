import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpuOf, pausesOf, throttledOf } from '../../../../../model/measure/generator/usage.ts';
import type { Snapshot } from '../../../../../model/measure/snapshot.ts';
import { snapshotOf } from '../../../../support/results/summary.ts';

const ran = (elapsedMs: number, change: Partial<Snapshot>): Snapshot => ({
  ...snapshotOf('get', 1),
  elapsedMs,
  ...change,
});
const gc = (totalMs: number, maxMs: number) => ({ gc: { count: 3, totalMs, maxMs } });

const rows: [sentence: string, actual: unknown, expected: unknown][] = [
  ['the CPU is the mean of the runners', cpuOf([ran(1000, { cpuMs: 500 }), ran(2000, { cpuMs: 500 })]), 0.375],
  ['a runner that has measured nothing yet uses no CPU', cpuOf([ran(0, { cpuMs: 9 }), ran(1000, { cpuMs: 400 })]), 0.4],
  ['without runners, nothing uses CPU', cpuOf([]), 0],
  [
    'the share of throttled time is that of the most affected runner',
    throttledOf([ran(1000, { throttledMs: 100 }), ran(1000, { throttledMs: 300 }), ran(1000, {})]),
    0.3,
  ],
  ['no more than all of the time is throttled', throttledOf([ran(1000, { throttledMs: 1500 })]), 1],
  ['a limit that never throttled is a share of 0', throttledOf([ran(1000, { throttledMs: 0 })]), 0],
  ['without a limit, the share is unknown', throttledOf([ran(1000, {})]), undefined],
  [
    'the longest pause and the greatest share may be of different runners',
    pausesOf([ran(1000, gc(50, 7)), ran(1000, gc(80, 3)), ran(1000, {})]),
    { maxUs: 7000, share: 0.08 },
  ],
  ['without observed pauses, they are unknown', pausesOf([ran(1000, {})]), undefined],
];
for (const [sentence, actual, expected] of rows) test(sentence, () => assert.deepEqual(actual, expected));
