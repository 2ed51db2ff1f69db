import { microseconds } from '../../api/common/duration.ts';
import { formatCount } from '../../api/common/quantity.ts';
import type { ClosedLoad } from '../../api/loadtest/load/closed-load.ts';
import { type EnginePosition, shareAt, stripeAt } from './engine-position.ts';
import type { LoadModel } from './load-model.ts';
import { numberAt, type Stripe, shareOf } from './stripe.ts';

/** An engine's part of a closed load: its share of the users. */
export type ClosedPlan = {
  type: 'Closed';
  /** Infinity when only iterations end the load. */
  lengthUs: number;
  /** The runner's arrivals: its engines number them together in the order in which they send, as only responses decide how many each sends. */
  series: Stripe;
  users: number;
  thinkTimeUs: number;
  /** When each user begins, as many as there are users, ascending. */
  beginsUs: number[];
  /** Infinity when only the length ends the load. */
  iterations: number;
};

/** Users that are worth a thread of their own: a thread costs some 10 MiB, and serves one user as fast as the target responds. */
const USERS_PER_ENGINE = 16;

/** The closed workload model: a number of users, each of whom waits for the response before the next request. */
export function closedLoad(load: ClosedLoad): LoadModel<ClosedPlan> {
  const { users, duration, iterations = Number.POSITIVE_INFINITY } = load;
  const lengthUs = duration === undefined ? Number.POSITIVE_INFINITY : microseconds(duration);
  return {
    lengthUs,
    lengthField: 'load.closed.duration',
    iterations,
    isPaced: false,
    isSteady: false,
    peakPerSecond: undefined,
    inFlightLimit: undefined,
    search: undefined,
    mostRunners: users,
    perSecondAt: () => undefined,
    arrivalsUntil: () => undefined,
    mayCome: () => true,
    userTimeUntil: (timeUs) => userTimeUntil(load, timeUs),
    description: () => descriptionOf(load),
    comparedFields: () => comparedFieldsOf(load),
    sizeProblems: ({ maxUsers = Number.POSITIVE_INFINITY }) =>
      users > maxUsers ? [`load.closed.users: ${users} exceeds the limit of ${maxUsers}`] : [],
    usefulWorkers: (runner) => Math.ceil(shareOf(users, runner) / USERS_PER_ENGINE),
    planOf: (position) => planOf(load, lengthUs, position),
  };
}

function descriptionOf({ users, thinkTime, duration, iterations }: ClosedLoad): string {
  const ends = [duration, iterations && `${formatCount(iterations)} iterations`].filter(Boolean).join(' or ');
  return `closed model: ${formatCount(users)} ${users === 1 ? 'user' : 'users'}, think time ${thinkTime}, for ${ends}`;
}

function comparedFieldsOf({ users, thinkTime, rampUp, duration, iterations }: ClosedLoad): Record<string, unknown> {
  return {
    'load.closed.users': users,
    'load.closed.thinkTime': microseconds(thinkTime),
    'load.closed.rampUp': microseconds(rampUp),
    'load.closed.duration': duration && microseconds(duration),
    'load.closed.iterations': iterations,
  };
}

/** The users begin at equal distances within the ramp: on average after the half of it that is over. */
function userTimeUntil({ users, rampUp }: ClosedLoad, timeUs: number): number {
  const rampUpUs = microseconds(rampUp);
  const begun = timeUs < rampUpUs ? (users * timeUs) / rampUpUs : users;
  return begun * (timeUs - Math.min(timeUs, rampUpUs) / 2);
}

function planOf(load: ClosedLoad, lengthUs: number, position: EnginePosition): ClosedPlan {
  const users = shareAt(load.users, position);
  const stripe = stripeAt(position);
  const rampUpUs = microseconds(load.rampUp);
  const beginUs = (user: number) => userBeginUs(numberAt(stripe, user), load.users, rampUpUs);
  return {
    type: 'Closed',
    lengthUs,
    series: position.runner,
    users,
    beginsUs: Array.from({ length: users }, (_, user) => beginUs(user)),
    thinkTimeUs: microseconds(load.thinkTime),
    iterations: load.iterations === undefined ? Number.POSITIVE_INFINITY : shareAt(load.iterations, position),
  };
}

/** The engines' stripes number the users over the whole test; unequal shares put the last users beyond the ramp. */
function userBeginUs(user: number, users: number, rampUpUs: number): number {
  return Math.min(rampUpUs, (rampUpUs * user) / users);
}
