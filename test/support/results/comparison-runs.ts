import { loadTestSpecSchema } from '../../../api/loadtest/loadtest.ts';
import type { Run } from '../../../model/compare/interval-pairs.ts';
import { type Intervals, intervalsOf } from '../../../model/compare/intervals.ts';

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

/** The behaviour of a service in one run. Response times are lognormal around `ms`. */
export type Service = {
  ms: number;
  /** The standard deviation of the logarithm of a response time: 0.5 makes the p99 three times the median. */
  spread?: number;
  /** The standard deviations of the logarithm of the level, between runs and between intervals. */
  runNoise?: number;
  intervalNoise?: number;
  /** The probability that an interval has a pause, in which a tenth of its responses take a second. */
  pauses?: number;
  errors?: number;
  /** The factor by which the first tenth is slower. */
  cold?: number;
  perInterval?: number;
  intervals?: number;
};

/** Intervals of 3 s of a simulated run. */
export function simulate(service: Service, seed: number): Intervals {
  const { ms, spread = 0.5, runNoise = 0, intervalNoise = 0, pauses = 0, errors = 0, cold = 1 } = service;
  const { perInterval = 300, intervals: count = 20 } = service;
  const random = randomFrom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const level = runNoise * normal();
  let wander = 0;
  const rows = Array.from({ length: count }, (_, i) => {
    // Noise of a neighbour or a garbage collector outlasts an interval: half of it remains in the next.
    wander = 0.5 * wander + intervalNoise * normal();
    const paused = random() < pauses;
    const slow = i < count / 10 ? cold : 1;
    const times: number[] = [];
    let failed = 0;
    for (let n = 0; n < perInterval; n++) {
      const time = ms * 1000 * slow * Math.exp(level + wander + spread * normal());
      if (random() < errors) failed++;
      else times.push(Math.round(paused && n % 10 === 0 ? 1_000_000 : time));
    }
    times.sort((a, b) => a - b);
    const at = (p: number) => times[Math.ceil((p * times.length) / 100) - 1] ?? 0;
    return {
      end: (i + 1) * 3000,
      ended: perInterval,
      done: perInterval - failed,
      errors: failed,
      ...{ p50: at(50), p95: at(95), p99: at(99) },
    };
  });
  return intervalsOf(rows);
}
