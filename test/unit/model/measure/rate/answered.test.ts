import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seededRandom } from '../../../../../model/common/random.ts';
import { answeredOf } from '../../../../../model/measure/rate/answered.ts';
import { histogramOf } from '../../../../support/results/summary.ts';

/** What is sure of a target where arrivals at one rate for `seconds` took so long, seconds. */
function answered(seconds: number, tookSeconds: readonly number[], withoutResponse = 0): number {
  const times = histogramOf(tookSeconds.map((s) => Math.round(s * 1e6)));
  const responseTime = { measured: times, withoutGenerator: times };
  return answeredOf({ meanUs: 0, responseTime, withoutResponse }, tookSeconds.length, seconds * 1e6).measured;
}

/** How long arrivals at a rate take that wait for one server of another rate. */
function queued(count: number, arrivalsPerSecond: number, servedPerSecond: number): number[] {
  return Array.from({ length: count }, (_, i) => (i + 1) / servedPerSecond - i / arrivalsPerSecond);
}

/** The same where service times are exponential, and occupy `load` of the server's time. */
function randomQueue(count: number, arrivalsPerSecond: number, load: number, random: () => number): number[] {
  let freeAt = 0;
  return Array.from({ length: count }, (_, i) => {
    const dueAt = i / arrivalsPerSecond;
    freeAt = Math.max(freeAt, dueAt) - (load / arrivalsPerSecond) * Math.log(1 - random());
    return freeAt - dueAt;
  });
}

const equal = (count: number, seconds: number) => Array<number>(count).fill(seconds);

describe('the share of the arrivals that a target answered at their rate for sure', () => {
  const rows: [what: string, seconds: number, tookSeconds: number[], withoutResponse: number, share: number][] = [
    ['is all where every response takes equally long', 10, equal(100, 0.15), 0, 1],
    ['is all where it takes longer than the load lasts', 1, equal(10, 3), 0, 1],
    ['lacks those without a response', 10, [...equal(90, 0.15), ...equal(10, 0.15)], 10, 0.9],
    ['lacks a few that took far longer than the others', 10, [...equal(97, 0.15), ...equal(3, 5)], 0, 0.97],
    ['is the part of the rate that a queue serves', 10, queued(1000, 100, 90), 0, 0.9],
    ['is that also where hardly any response came during the load', 0.3, queued(15, 50, 1), 0, 1 / 15],
    [
      'is at most half where all are answered at once after the load',
      10,
      queued(1000, 100, 1e9).map((s, i) => s + 10 - i / 100),
      0,
      0.5,
    ],
    ['is none of a single arrival', 1, [0.1], 0, 0],
    ['is none without arrivals', 1, [], 0, 0],
  ];
  for (const [what, seconds, tookSeconds, withoutResponse, share] of rows)
    it(what, () => {
      const actual = answered(seconds, tookSeconds, withoutResponse);
      assert.ok(actual <= share + 1e-9 && actual > share - 0.01, String(actual));
    });

  for (const [what, load, isAll] of [
    ['is nearly all where a queue with random service times carries the load', 0.7, true],
    ['is less than 95% where such a queue lacks a fifth of what the load needs', 1.25, false],
  ] as const)
    it(what, () => {
      const random = seededRandom(19);
      for (let run = 0; run < 100; run++) {
        const share = answered(20, randomQueue(1000, 50, load, random));
        assert.equal(share >= 0.95, isAll, `run ${run}: ${share}`);
      }
    });
});
