import { loadTestSpecSchema } from '../../api/loadtest/loadtest.ts';
import type { Run } from '../../model/compare/interval-pairs.ts';
import { type Intervals, intervalsOf } from '../../model/compare/intervals.ts';

/** Numbers from 0 to 1 that a seed decides: mulberry32, a public-domain generator of 32 bits of state. */
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

/** What one run of a service is like. Times are lognormal around `ms`. */
export type Service = {
  ms: number;
  /** Of one answer's logarithm: 0.5 is a p99 of three times the median. */
  spread?: number;
  /** By how much the level of a run differs from run to run, and wanders from window to window; of its logarithm. */
  runNoise?: number;
  windowNoise?: number;
  /** The chance that a window has a pause, in which a tenth of its answers take a second. */
  pauses?: number;
  errors?: number;
  /** How many times as slow the first tenth is. */
  cold?: number;
  perWindow?: number;
  windows?: number;
};

/** Intervals of 3 s of a simulated run. */
export function simulate(service: Service, seed: number): Intervals {
  const { ms, spread = 0.5, runNoise = 0, windowNoise = 0, pauses = 0, errors = 0, cold = 1 } = service;
  const { perWindow = 300, windows: count = 20 } = service;
  const random = randomFrom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const level = runNoise * normal();
  let wander = 0;
  const rows = Array.from({ length: count }, (_, i) => {
    // Noise of a neighbour or a collector lasts longer than a window: half of it is still there in the next.
    wander = 0.5 * wander + windowNoise * normal();
    const paused = random() < pauses;
    const slow = i < count / 10 ? cold : 1;
    const times: number[] = [];
    let failed = 0;
    for (let n = 0; n < perWindow; n++) {
      const time = ms * 1000 * slow * Math.exp(level + wander + spread * normal());
      if (random() < errors) failed++;
      else times.push(Math.round(paused && n % 10 === 0 ? 1_000_000 : time));
    }
    times.sort((a, b) => a - b);
    const at = (p: number) => times[Math.ceil((p * times.length) / 100) - 1] ?? 0;
    return {
      end: (i + 1) * 3000,
      generated: perWindow,
      done: perWindow - failed,
      errors: failed,
      ...{ p50: at(50), p95: at(95), p99: at(99) },
    };
  });
  return intervalsOf(rows);
}
