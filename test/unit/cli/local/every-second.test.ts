import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secondBySecond } from '../../../../cli/local/every-second.ts';
import { PackedHistogram } from '../../../../model/measure/packed-histogram.ts';
import type { Snapshot } from '../../../../model/measure/snapshot.ts';

/** A new snapshot object, because the code under test compares snapshots by identity. */
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

/** Polls two workers at the given times (ms), at which the listed workers have a newer snapshot. Returns the times of the reports. */
function reportTimes(polls: [time: number, ...newer: (0 | 1)[]][]): number[] {
  const snapshots = [snapshot(), snapshot()];
  const reported: number[] = [];
  let now = 0;
  const pool = { snapshots: () => [...snapshots] };
  const poll = secondBySecond(pool, { workers: 2, now: () => now }, () => reported.push(now));
  poll();
  for (const [time, ...newer] of polls) {
    now = time;
    for (const worker of newer) snapshots[worker] = snapshot();
    poll();
  }
  return reported;
}

const cases: [string, Parameters<typeof reportTimes>[0], number[]][] = [
  ['the first snapshots of all workers are reported at once', [], [0]],
  ['unchanged snapshots are not reported', [[50], [100]], [0]],
  [
    'the report waits for both workers',
    [
      [1000, 0],
      [1050, 1],
    ],
    [0, 1050],
  ],
  ['the report waits at most 200 ms for a worker without a newer snapshot', [[1000, 0], [1150], [1200]], [0, 1200]],
  ['the next report waits as long', [[1000, 0], [1200], [2000, 0], [2150], [2200]], [0, 1200, 2200]],
];
for (const [name, polls, reported] of cases) test(name, () => assert.deepEqual(reportTimes(polls), reported));
