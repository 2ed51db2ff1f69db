import { microseconds } from '../../api/common/duration.ts';
import type { OpenLoad } from '../../api/loadtest/load/open-load.ts';

/**
 * A part of the schedule in which the rate is a straight line. Times count from the beginning of the load; `area` is the number of
 * arrivals that are due before the segment begins.
 */
type Segment = { startUs: number; durationUs: number; fromPerUs: number; toPerUs: number; area: number };

/**
 * When arrivals of the open model come due: the area under the rate line, in exact terms. That of a later part of a load counts from the
 * beginning of the load.
 */
export type Schedule = {
  readonly segments: readonly Segment[];
  readonly durationUs: number;
  /** The area under the whole line; with uniform arrivals it is rounded up to their number. */
  readonly area: number;
  readonly uniformCount: number;
  readonly arrivals: OpenLoad['arrivals'];
  readonly seed: number;
};

/** The schedule that `open` describes. */
export function scheduleOf(open: OpenLoad): Schedule {
  const perUs = microseconds(open.per);
  const segments: Segment[] = [];
  let rate = open.startRate ?? open.stages[0]!.rate;
  let startUs = 0;
  let doubledArea = 0n; // in rate units times microseconds: integers, so that the number of arrivals is exact
  for (const stage of open.stages) {
    const durationUs = microseconds(stage.duration);
    // A stage of no time is a jump to its rate: no line, and nothing under it.
    if (durationUs > 0)
      segments.push({
        startUs,
        durationUs,
        fromPerUs: rate / perUs,
        toPerUs: stage.rate / perUs,
        area: Number(doubledArea) / (2 * perUs),
      });
    doubledArea += BigInt(rate + stage.rate) * BigInt(durationUs);
    startUs += durationUs;
    rate = stage.rate;
  }
  const unit = 2n * BigInt(perUs);
  return {
    segments,
    durationUs: startUs,
    area: Number(doubledArea) / Number(unit),
    uniformCount: Number((doubledArea + unit - 1n) / unit),
    arrivals: open.arrivals,
    seed: open.seed,
  };
}

/** The schedule as a later part of a load: it begins at `startUs`, and its first arrival has the number `first`. */
export function laterPart(schedule: Schedule, startUs: number, first: number): Schedule {
  return {
    ...schedule,
    segments: schedule.segments.map((s) => ({ ...s, startUs: s.startUs + startUs, area: s.area + first })),
    durationUs: startUs + schedule.durationUs,
    area: schedule.area + first,
    uniformCount: schedule.uniformCount + first,
  };
}

/** The number of the first arrival: 0, except in a later part of a load. */
export function firstNumberOf({ segments }: Schedule): number {
  return segments[0]!.area;
}

/**
 * The time in microseconds at which the area under the rate line begins to exceed `area`. Where the rate is zero, that is when it leaves
 * zero: nothing may come due in a pause, its first moment included. Within a segment of slope a this solves from*t + a*t^2/2 = x, where
 * x is the rest of the area, in the form that loses no digits when a is small or zero: t = 2x / (from + sqrt(from^2 + 2*a*x)).
 */
export function timeAtArea(schedule: Schedule, area: number): number {
  const { segments } = schedule;
  let i = segments.length - 1;
  while (i > 0 && segments[i]!.area > area) i--;
  const { startUs, durationUs, fromPerUs, toPerUs, area: before } = segments[i]!;
  const rest = area - before;
  if (rest <= 0) return startUs;
  const slope = (toPerUs - fromPerUs) / durationUs;
  const time = (2 * rest) / (fromPerUs + Math.sqrt(Math.max(0, fromPerUs * fromPerUs + 2 * slope * rest)));
  return startUs + Math.min(time, durationUs);
}

/** The area under the rate line until a time: how many arrivals are due by then, on average. */
export function areaAt(schedule: Schedule, timeUs: number): number {
  if (timeUs >= schedule.durationUs) return schedule.area;
  const segment = schedule.segments.findLast(({ startUs }) => startUs <= timeUs);
  if (segment === undefined) return 0;
  const { startUs, durationUs, fromPerUs, toPerUs, area } = segment;
  const into = timeUs - startUs;
  return area + into * (fromPerUs + ((toPerUs - fromPerUs) * into) / (2 * durationUs));
}

/** The rate at a time, arrivals a microsecond; 0 after the end. */
export function rateAt({ segments }: Schedule, timeUs: number): number {
  const segment = segments.find(({ startUs, durationUs }) => timeUs < startUs + durationUs);
  if (segment === undefined) return 0;
  const { startUs, durationUs, fromPerUs, toPerUs } = segment;
  return fromPerUs + (toPerUs - fromPerUs) * Math.max(0, (timeUs - startUs) / durationUs);
}
