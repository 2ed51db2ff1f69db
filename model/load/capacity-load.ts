import { microseconds, usToSeconds } from '../../api/common/duration.ts';
import { formatCount, share } from '../../api/common/quantity.ts';
import type { CapacityLoad } from '../../api/loadtest/load/capacity-load.ts';
import type { OpenLoad } from '../../api/loadtest/load/open-load.ts';
import { shareAt, stripeAt, WHOLE } from './engine-position.ts';
import type { LoadModel, Plateau, RateSearch } from './load-model.ts';
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

/** A search for the highest arrival rate at which the thresholds hold. */
export function capacityLoad(load: CapacityLoad): LoadModel<CapacityPlan> {
  const { maxRate, maxInFlight, arrivals } = load;
  return {
    lengthUs: microseconds(load.deadline),
    lengthField: 'load.capacity.deadline',
    iterations: Number.POSITIVE_INFINITY,
    isPaced: true,
    isSteady: false,
    search: searchOf(load),
    mostRunners: Number.POSITIVE_INFINITY,
    peakPerSecond: maxRate,
    inFlightLimit: { count: maxInFlight, field: 'load.capacity.maxInFlight' },
    // The search decides the rate: a trial's own load has it, see RateSearch.
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

function searchOf(load: CapacityLoad): RateSearch {
  const { maxRate, precision, trialDuration, confirm, hold, deadline, atLeast } = load;
  return {
    minRate: minRateOf(load),
    maxRate,
    precision: share(precision),
    trialSeconds: trialDuration === undefined ? undefined : secondsOf(trialDuration),
    confirmSeconds: secondsOf(confirm),
    holdSeconds: secondsOf(hold),
    deadlineSeconds: secondsOf(deadline),
    atLeast,
    loadOfTrial: (plateau) => ({ type: 'Open', open: openLoadOf(load, plateau) }),
  };
}

function secondsOf(duration: string): number {
  return usToSeconds(microseconds(duration));
}

function minRateOf({ minRate, maxRate }: CapacityLoad): number {
  return minRate ?? Math.max(1, Math.round(maxRate / 100));
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
