import { microseconds } from '../../api/common/duration.ts';
import type { ClosedLoad } from '../../api/loadtest/closed-load.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { OpenLoad } from '../../api/loadtest/open-load.ts';
import type { Target } from '../../api/loadtest/target.ts';
import { hash32 } from '../common/random.ts';
import { partOf, type Schedule, type Stripe, scheduleOf } from './schedule.ts';

/** What one engine does: its stripe of the open schedule, or its share of the users. Times are microseconds. */
export type OpenPlan = {
  type: 'Open';
  schedule: Schedule;
  stripe: Stripe;
  maxInFlight: number;
  /** For how long requests may go on when nothing more is sent; Infinity: each has its whole time-out. */
  gracefulStop: number;
};
export type ClosedPlan = {
  type: 'Closed';
  /** Numbers the requests, so that all engines together number them without gaps or repeats while they keep step. */
  stripe: Stripe;
  users: number;
  thinkTime: number;
  /** When each user begins, as many as there are users. */
  begins: number[];
  /** Infinity when only iterations end the load. */
  duration: number;
  /** Infinity when only the duration ends the load. */
  iterations: number;
  /** As of an OpenPlan. */
  gracefulStop: number;
};
export type LoadPlan = OpenPlan | ClosedPlan;

/** An engine's place: its runner among the runners, and its worker thread among that runner's, whose number is the runner's own. */
export type EnginePosition = { runner: Stripe; worker: Stripe };

/** The place of the only engine. */
export const WHOLE: EnginePosition = { runner: { index: 0, count: 1 }, worker: { index: 0, count: 1 } };

/** One user who makes one request, arrival 0, now. */
export const ONE_REQUEST: ClosedPlan = {
  type: 'Closed',
  stripe: { index: 0, count: 1 },
  users: 1,
  begins: [0],
  thinkTime: 0,
  duration: Number.POSITIVE_INFINITY,
  iterations: 1,
  gracefulStop: Number.POSITIVE_INFINITY,
};

/** The plan of the engine at `place`. The plans of all engines together are the whole load, to the arrival. */
export function loadPlanOf(spec: LoadTestSpec, place: EnginePosition): LoadPlan {
  const { type, open, closed, gracefulStop: text } = spec.load;
  const gracefulStop = text === undefined ? Number.POSITIVE_INFINITY : microseconds(text);
  return { ...(type === 'Open' ? openPlan(open!, place) : closedPlan(closed!, place)), gracefulStop };
}

function openPlan(open: OpenLoad, place: EnginePosition): Omit<OpenPlan, 'gracefulStop'> {
  return {
    type: 'Open',
    schedule: scheduleOf(open),
    stripe: partOf(place.runner, place.worker),
    maxInFlight: shareAt(open.maxInFlight, place),
  };
}

function closedPlan(closed: ClosedLoad, place: EnginePosition): Omit<ClosedPlan, 'gracefulStop'> {
  const users = shareAt(closed.users, place);
  const stripe = partOf(place.runner, place.worker);
  const rampUp = microseconds(closed.rampUp);
  return {
    type: 'Closed',
    stripe,
    users,
    begins: Array.from({ length: users }, (_, user) =>
      beginOf(stripe.index + stripe.count * user, closed.users, rampUp),
    ),
    thinkTime: microseconds(closed.thinkTime),
    duration: closed.duration === undefined ? Number.POSITIVE_INFINITY : microseconds(closed.duration),
    iterations: closed.iterations === undefined ? Number.POSITIVE_INFINITY : shareAt(closed.iterations, place),
  };
}

/** The part of `total` that falls to one of `count`: as equal as whole numbers can be, and all parts add up to it. */
export function shareOf(total: number, { index, count }: Stripe): number {
  return Math.floor(total / count) + (index < total % count ? 1 : 0);
}

/**
 * A worker's share of the connections that a target asks for, never none. Without a number it is one for HTTP/2, and for HTTP/1.1 as
 * many as there are requests in flight.
 */
export function connectionsOf({ http }: Target, place: EnginePosition): number {
  if (http?.connections !== undefined) return Math.max(1, shareAt(http.connections, place));
  return http?.version === 'HTTP2' ? 1 : Number.POSITIVE_INFINITY;
}

/** Users take their places over the whole test in turn, as arrivals do; unequal shares leave the last ones beside the ramp. */
function beginOf(user: number, users: number, rampUp: number): number {
  return Math.min(rampUp, (rampUp * user) / users);
}

function shareAt(total: number, { runner, worker }: EnginePosition): number {
  return shareOf(shareOf(total, runner), worker);
}

/** What one engine can be relied on to send a second while it keeps its pace: a fraction of what it can send at the most. */
const ARRIVALS_PER_ENGINE = 5_000;

/** Users that are worth a thread of their own: a thread costs some 10 MiB, and serves one user as fast as the target answers. */
const USERS_PER_ENGINE = 16;

/**
 * The worker threads that one of `replicas` runners needs for its share of the load: an open load as many as its highest rate asks
 * for, a closed one by its users, as nobody knows how fast the answers come; never more than `cores`, than can be in flight, or than
 * there are connections.
 */
export function workersFor(spec: LoadTestSpec, runner: Stripe, cores: number): number {
  const { open, closed } = spec.load;
  const { connections = Number.POSITIVE_INFINITY } = spec.target.http ?? {};
  const most = Math.min(cores, connections === Number.POSITIVE_INFINITY ? connections : shareOf(connections, runner));
  if (open === undefined)
    return Math.max(1, Math.min(most, Math.ceil(shareOf(closed!.users, runner) / USERS_PER_ENGINE)));
  const { segments } = scheduleOf(open);
  const peak = Math.max(...segments.map((s) => Math.max(s.from, s.to))) * 1e6;
  const wanted = Math.ceil(peak / runner.count / ARRIVALS_PER_ENGINE);
  return Math.max(1, Math.min(most, wanted, shareOf(open.maxInFlight, runner)));
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
