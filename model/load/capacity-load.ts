import { microseconds } from '../../api/common/duration.ts';
import { formatCount } from '../../api/common/quantity.ts';
import type { CapacityLoad } from '../../api/loadtest/load/capacity-load.ts';
import type { Load } from '../../api/loadtest/load/load.ts';
import type { OpenLoad } from '../../api/loadtest/load/open-load.ts';
import { shareAt, stripeAt, WHOLE } from './engine-position.ts';
import type { LoadModel } from './load-model.ts';
import { openWorkers } from './open-load.ts';
import { type Schedule, scheduleOf } from './schedule.ts';
import type { Stripe } from './stripe.ts';

/** An engine's part of a capacity load. Its trials come one after another from who controls the search. */
export type CapacityPlan = {
  type: 'Capacity';
  /** The controller of the search ends the load. */
  lengthUs: number;
  /** The engine's arrivals of each trial. */
  stripe: Stripe;
  /** All arrivals: they come due in the order of their numbers, whichever engine sends them. */
  series: Stripe;
  maxInFlight: number;
  load: CapacityLoad;
};

/** A plateau at one rate: arrivals a second over the whole test, and its length. */
export type Plateau = { number: number; rate: number; durationMs: number };

/** A search for the highest arrival rate at which the thresholds hold. */
export function capacityLoad(load: CapacityLoad): LoadModel<CapacityPlan> {
  const { maxRate, maxInFlight, arrivals } = load;
  return {
    lengthUs: microseconds(load.deadline),
    lengthField: 'load.capacity.deadline',
    iterations: Number.POSITIVE_INFINITY,
    isPaced: true,
    mostRunners: Number.POSITIVE_INFINITY,
    peakPerSecond: maxRate,
    inFlightLimit: { count: maxInFlight, field: 'load.capacity.maxInFlight' },
    // The search decides the rate: a trial's own load has it, see loadOfTrial.
    perSecondAt: () => undefined,
    arrivalsUntil: () => undefined,
    mayCome: () => true,
    userTimeUntil: () => undefined,
    description: () =>
      `capacity search, ${arrivals === 'Poisson' ? 'Poisson' : 'uniform'} arrivals: ${formatCount(minRateOf(load))}/s to ${formatCount(maxRate)}/s within ${load.precision}, at most ${load.deadline}`,
    comparedFields: () => ({ 'load.capacity.arrivals': arrivals }),
    sizeProblems: (limits) =>
      maxRate > (limits.maxRate ?? Number.POSITIVE_INFINITY)
        ? [`load.capacity.maxRate: exceeds the limit of ${limits.maxRate} a second`]
        : [],
    usefulWorkers: (runner) => openWorkers(maxRate, maxInFlight, runner),
    planOf: (position) => ({
      type: 'Capacity',
      lengthUs: Number.POSITIVE_INFINITY,
      stripe: stripeAt(position),
      series: WHOLE.runner,
      maxInFlight: shareAt(maxInFlight, position),
      load,
    }),
  };
}

/** The lowest rate of the search, arrivals a second. */
export function minRateOf({ minRate, maxRate }: Pick<CapacityLoad, 'minRate' | 'maxRate'>): number {
  return minRate ?? Math.max(1, Math.round(maxRate / 100));
}

/** The load of one trial on its own: an open load at its rate. */
export function loadOfTrial(load: CapacityLoad, plateau: Plateau): Load {
  return { type: 'Open', open: openLoadOf(load, plateau) };
}

/** When the arrivals of a trial come due, counted from its start. */
export function scheduleOfTrial(load: CapacityLoad, plateau: Plateau): Schedule {
  return scheduleOf(openLoadOf(load, plateau));
}

/** Rates of a schedule are integers: those of trials are so in a thousand seconds. Each trial draws its own Poisson process. */
function openLoadOf({ arrivals, seed, maxInFlight }: CapacityLoad, { number, rate, durationMs }: Plateau): OpenLoad {
  const stages = [{ duration: `${durationMs}ms`, rate: Math.round(rate * 1000) }];
  return { stages, per: '1000s', arrivals, seed: (seed + number) % 2 ** 31, maxInFlight };
}
