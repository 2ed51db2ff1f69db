import { loadTestSpecSchema } from '../../../api/loadtest/loadtest.ts';
import type { IntervalEnd } from '../../../model/compare/interval-end.ts';
import type { Run } from '../../../model/compare/interval-pairs.ts';
import { type Intervals, intervalsBetween } from '../../../model/compare/intervals.ts';
import { Histogram } from '../../../model/measure/histogram.ts';
import { PackedHistogram } from '../../../model/measure/packed-histogram.ts';

/** Pseudorandom numbers from 0 to 1: mulberry32, a public-domain generator with 32 bits of state. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const OPEN = { type: 'Open', open: { stages: [{ duration: '60s', rate: 100 }] } };

export function specOf(load: object = OPEN, more: object = {}): Run['spec'] {
  return loadTestSpecSchema.parse({ target: { url: 'http://target' }, load, ...more });
}

/** The response times of the requests of one interval in microseconds, and the number of those that failed without any. */
export type Measured = { times: readonly number[]; errors: number };

/** The intervals of a run as a runner measures them, each `stepMs` long. */
export function intervalsOfRun(measured: readonly Measured[], stepMs = 3000): Intervals {
  const sum = new Histogram();
  const end: IntervalEnd = {
    elapsedMs: 0,
    threads: 1,
    ended: 0,
    done: 0,
    errors: 0,
    responseTime: PackedHistogram.EMPTY,
  };
  const ends = measured.map(({ times, errors }) => {
    for (const time of times) sum.record(time);
    end.elapsedMs += stepMs;
    end.ended += times.length + errors;
    end.done += times.length;
    end.errors += errors;
    return { ...end, responseTime: PackedHistogram.of(sum) };
  });
  const duration = `${end.elapsedMs}ms`;
  return intervalsBetween(
    { stepMs, ends, last: ends.at(-1)! },
    specOf({ type: 'Open', open: { stages: [{ duration, rate: 100 }] } }),
  );
}

/** The behaviour of a service in one run. Response times are lognormal around `ms`. */
export type Service = {
  ms: number;
  /** The standard deviation of the logarithm of a response time: 0.5 makes the p99 three times the median. */
  spread?: number;
  /** The standard deviations of the logarithm of the level, between runs and between intervals. */
  runNoise?: number;
  intervalNoise?: number;
  /** How much of the deviation of an interval remains in the next. */
  persistence?: number;
  /** The probability that an interval has a pause, in which a tenth of its responses take about a second. */
  pauses?: number;
  /** The share of responses that are slower by so many milliseconds. */
  slower?: { share: number; ms: number };
  errors?: number;
  /** The probability that half of an interval's requests fail. */
  outages?: number;
  perInterval?: number;
  intervals?: number;
  stepMs?: number;
};

/** The intervals of a simulated run. */
export function simulate(service: Service, seed: number): Intervals {
  const { runNoise = 0, intervalNoise = 0, persistence = 0.5, intervals: count = 20, stepMs } = service;
  const random = randomFrom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const level = runNoise * normal();
  let wander = 0;
  const measured = Array.from({ length: count }, () => {
    // Noise of a neighbour or a garbage collector outlasts an interval.
    wander = persistence * wander + intervalNoise * normal();
    return measuredIn(service, level + wander, random, normal);
  });
  return intervalsOfRun(measured, stepMs);
}

function measuredIn(service: Service, level: number, random: () => number, normal: () => number): Measured {
  const { ms, spread = 0.5, pauses = 0, slower, errors = 0, outages = 0, perInterval = 300 } = service;
  const isPaused = random() < pauses;
  const failing = random() < outages ? 0.5 : errors;
  const times: number[] = [];
  let failed = 0;
  for (let n = 0; n < perInterval; n++) {
    const delay = slower !== undefined && random() < slower.share ? slower.ms : 0;
    const time = ms * Math.exp(level + spread * normal()) + delay;
    if (random() < failing) failed++;
    else times.push(Math.round(1000 * (isPaused && n % 10 === 0 ? 1000 + time : time)));
  }
  return { times, errors: failed };
}
