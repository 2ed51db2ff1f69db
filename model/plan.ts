import { microseconds } from '../api/duration.ts';
import type { ClosedLoad, OpenLoad } from '../api/load.ts';
import type { LoadTestSpec } from '../api/loadtest.ts';
import { hash32 } from './random.ts';
import { type Schedule, type Stripe, scheduleOf } from './schedule.ts';

/** What one engine does: its stripe of the open schedule, or its share of the users. Times are microseconds. */
export type OpenPlan = { type: 'Open'; schedule: Schedule; stripe: Stripe; maxInFlight: number };
export type ClosedPlan = {
  type: 'Closed';
  users: number;
  thinkTime: number;
  /** Infinity when only iterations end the load. */
  duration: number;
  /** Infinity when only the duration ends the load. */
  iterations: number;
};
export type Plan = OpenPlan | ClosedPlan;

/** The plan of engine `stripe.index` of `stripe.count`. The plans of all engines together are the whole load. */
export function planOf(spec: LoadTestSpec, stripe: Stripe): Plan {
  return spec.load.type === 'Open' ? openPlan(spec.load.open!, stripe) : closedPlan(spec.load.closed!, stripe);
}

function openPlan(open: OpenLoad, stripe: Stripe): OpenPlan {
  return { type: 'Open', schedule: scheduleOf(open), stripe, maxInFlight: shareOf(open.maxInFlight, stripe) };
}

function closedPlan(closed: ClosedLoad, stripe: Stripe): ClosedPlan {
  return {
    type: 'Closed',
    users: shareOf(closed.users, stripe),
    thinkTime: microseconds(closed.thinkTime),
    duration: closed.duration === undefined ? Number.POSITIVE_INFINITY : microseconds(closed.duration),
    iterations: closed.iterations === undefined ? Number.POSITIVE_INFINITY : shareOf(closed.iterations, stripe),
  };
}

/** The part of `total` that falls to one of `count`: as equal as whole numbers can be, and all parts add up to it. */
export function shareOf(total: number, { index, count }: Stripe): number {
  return Math.floor(total / count) + (index < total % count ? 1 : 0);
}

/**
 * Chooses the request of arrival `number` by weight: the same arrival always makes the same request, wherever it is sent from.
 * Returns the request's place in the list.
 */
export function requestChooser(weights: readonly number[]): (number: number) => number {
  const total = weights.reduce((sum, w) => sum + w, 0);
  if (weights.length === 1) return () => 0;
  return (number) => {
    let rest = hash32(number) % total;
    return weights.findIndex((weight) => {
      rest -= weight;
      return rest < 0;
    });
  };
}
