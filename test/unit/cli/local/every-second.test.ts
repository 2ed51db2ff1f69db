import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secondBySecond } from '../../../../cli/local/every-second.ts';
import { PackedHistogram } from '../../../../model/measure/packed-histogram.ts';
import type { Snapshot } from '../../../../model/measure/snapshot.ts';

/** A snapshot that is another one than any before. */
function snapshot(): Snapshot {
  return {
    elapsedMs: 0,
    requests: [],
    responses: [],
    errors: [],
    pacingLag: PackedHistogram.EMPTY,
    cpuMs: 0,
    eventLoopUtilization: 0,
  };
}

/** Looks at two workers at each of `times` (ms), where the named ones have sent a newer snapshot; the times at which it told. */
function toldAt(looks: [time: number, ...newer: (0 | 1)[]][]): number[] {
  const snapshots = [snapshot(), snapshot()];
  const told: number[] = [];
  let now = 0;
  const pool = { snapshots: () => [...snapshots] };
  const look = secondBySecond(pool, { workers: 2, now: () => now }, () => told.push(now));
  look();
  for (const [time, ...newer] of looks) {
    now = time;
    for (const worker of newer) snapshots[worker] = snapshot();
    look();
  }
  return told;
}

const cases: [string, Parameters<typeof toldAt>[0], number[]][] = [
  ['what every worker had sent at once is told at once', [], [0]],
  ['nothing new is not told', [[50], [100]], [0]],
  [
    'one worker waits for the other',
    [
      [1000, 0],
      [1050, 1],
    ],
    [0, 1050],
  ],
  ['a worker that sends nothing more is waited for only so long', [[1000, 0], [1150], [1200]], [0, 1200]],
  ['the next wait is as long', [[1000, 0], [1200], [2000, 0], [2150], [2200]], [0, 1200, 2200]],
];
for (const [name, looks, told] of cases) test(name, () => assert.deepEqual(toldAt(looks), told));
