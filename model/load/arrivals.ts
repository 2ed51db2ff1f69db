import { seededRandom } from '../common/random.ts';
import { firstNumberOf, type Schedule, timeAtArea } from './schedule.ts';
import type { Stripe } from './stripe.ts';

/**
 * The arrivals of one stripe in order. `dueUs` is when the next one is due, counted from the beginning of the load and Infinity after
 * the last one; `number` is its number in the whole schedule; `advance` moves on. The stripes of 0..count-1 together are the schedule,
 * to the arrival.
 *
 * Uniform: arrival n is due when the area begins to exceed n (n = 0, 1, ... below the whole area). Poisson: the area between two arrivals is
 * exponentially distributed with mean 1, which makes a Poisson process of the line's rate; every stripe draws the same sequence and
 * skips the arrivals of the others.
 */
export class Arrivals {
  dueUs = 0;
  number: number;
  readonly #schedule: Schedule;
  readonly #step: number;
  readonly #random: () => number;
  #drawn: number;
  #poissonArea: number;

  constructor(schedule: Schedule, stripe: Stripe) {
    this.#schedule = schedule;
    this.#step = stripe.count;
    this.#random = seededRandom(schedule.seed);
    const first = firstNumberOf(schedule);
    this.number = first + stripe.index;
    this.#drawn = first - 1;
    this.#poissonArea = first;
    this.dueUs = this.#dueTimeUs();
  }

  advance(): void {
    this.number += this.#step;
    this.dueUs = this.#dueTimeUs();
  }

  #dueTimeUs(): number {
    const schedule = this.#schedule;
    if (schedule.arrivals === 'Uniform') {
      return this.number < schedule.uniformCount ? timeAtArea(schedule, this.number) : Number.POSITIVE_INFINITY;
    }
    while (this.#drawn < this.number) {
      this.#poissonArea -= Math.log(1 - this.#random());
      this.#drawn++;
    }
    return this.#poissonArea < schedule.area ? timeAtArea(schedule, this.#poissonArea) : Number.POSITIVE_INFINITY;
  }
}

/** The number of the first arrival after the last one of a schedule. */
export function numberAfter(schedule: Schedule): number {
  if (schedule.arrivals === 'Uniform') return schedule.uniformCount;
  const random = seededRandom(schedule.seed);
  let number = firstNumberOf(schedule);
  let area = number - Math.log(1 - random());
  while (area < schedule.area) {
    number++;
    area -= Math.log(1 - random());
  }
  return number;
}
