import { microseconds } from '../../api/common/duration.ts';
import type { OpenLoad } from '../../api/loadtest/open-load.ts';
import { seededRandom } from '../common/random.ts';

/**
 * A stretch of the schedule in which the rate is a straight line. Times are microseconds since the load began, rates are arrivals a
 * microsecond, `area` is the number of arrivals that the line has passed when the stretch begins.
 */
type Segment = { start: number; duration: number; from: number; to: number; area: number };

/** When arrivals of the open model come due: the area under the rate line, in exact terms. */
export type Schedule = {
  readonly segments: readonly Segment[];
  /** Microseconds. */
  readonly duration: number;
  /** The area under the whole line; with uniform arrivals it is rounded up to their number. */
  readonly area: number;
  readonly uniformCount: number;
  readonly arrivals: OpenLoad['arrivals'];
  readonly seed: number;
};

/** The schedule that `open` describes. */
export function scheduleOf(open: OpenLoad): Schedule {
  const per = microseconds(open.per);
  const segments: Segment[] = [];
  let rate = open.startRate ?? open.stages[0]!.rate;
  let start = 0;
  let doubledArea = 0n; // in rate units times microseconds: integers, so that the number of arrivals is exact
  for (const stage of open.stages) {
    const duration = microseconds(stage.duration);
    // A stage of no time is a jump to its rate: no line, and nothing under it.
    if (duration > 0)
      segments.push({ start, duration, from: rate / per, to: stage.rate / per, area: Number(doubledArea) / (2 * per) });
    doubledArea += BigInt(rate + stage.rate) * BigInt(duration);
    start += duration;
    rate = stage.rate;
  }
  const unit = 2n * BigInt(per);
  return {
    segments,
    duration: start,
    area: Number(doubledArea) / Number(unit),
    uniformCount: Number((doubledArea + unit - 1n) / unit),
    arrivals: open.arrivals,
    seed: open.seed,
  };
}

/**
 * The time in microseconds at which the area under the rate line begins to exceed `area`: where the line stands at zero, that is when it
 * leaves zero, as nothing may come due in a pause, its first moment included. Within a segment of slope a this solves
 * from*t + a*t^2/2 = x, where x is the area that is left, in the form that loses no digits when a is small or zero:
 * t = 2x / (from + sqrt(from^2 + 2*a*x)).
 */
export function timeAtArea(schedule: Schedule, area: number): number {
  const { segments } = schedule;
  let i = segments.length - 1;
  while (i > 0 && segments[i]!.area > area) i--;
  const { start, duration, from, to, area: before } = segments[i]!;
  const left = area - before;
  if (left <= 0) return start;
  const slope = (to - from) / duration;
  const time = (2 * left) / (from + Math.sqrt(Math.max(0, from * from + 2 * slope * left)));
  return start + Math.min(time, duration);
}

/** The area under the rate line up to `time`, microseconds: how many arrivals have come due by then, on average. */
export function areaAt(schedule: Schedule, time: number): number {
  if (time >= schedule.duration) return schedule.area;
  const segment = schedule.segments.findLast(({ start }) => start <= time);
  if (segment === undefined) return 0;
  const { start, duration, from, to, area } = segment;
  const into = time - start;
  return area + into * (from + ((to - from) * into) / (2 * duration));
}

/** Which part of a schedule an engine sends: every arrival n with n mod `count` = `index`. */
export type Stripe = { index: number; count: number };

/** The part `inner` of the part `outer`: every so-many-th arrival of those. */
export function partOf(outer: Stripe, inner: Stripe): Stripe {
  return { index: outer.index + outer.count * inner.index, count: outer.count * inner.count };
}

/**
 * The arrivals of one stripe in order. `time` is when the next one is due in microseconds since the load began, Infinity behind the
 * last one, and `number` is its number in the whole schedule; `advance` moves on. The stripes of 0..count-1 together are the
 * schedule, to the arrival.
 *
 * Uniform: arrival n is due when the area begins to exceed n (n = 0, 1, ... below the whole area). Poisson: the area between two arrivals is
 * exponentially distributed with mean 1, which makes a Poisson process of the line's rate; every stripe draws the same sequence and
 * passes over what is not its own.
 */
export class Arrivals {
  time = 0;
  number: number;
  readonly #schedule: Schedule;
  readonly #step: number;
  readonly #random: () => number;
  #drawn = -1;
  #poissonArea = 0;

  constructor(schedule: Schedule, stripe: Stripe) {
    this.#schedule = schedule;
    this.#step = stripe.count;
    this.#random = seededRandom(schedule.seed);
    this.number = stripe.index;
    this.time = this.#dueTime();
  }

  advance(): void {
    this.number += this.#step;
    this.time = this.#dueTime();
  }

  #dueTime(): number {
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
