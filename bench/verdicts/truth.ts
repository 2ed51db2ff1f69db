import type { OpenLoad } from '../../api/loadtest/load/open-load.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { Arrivals } from '../../model/load/arrivals.ts';
import { scheduleOf } from '../../model/load/schedule.ts';
import { percentile } from '../expectation.ts';
import { answeredAtMs, type Behaviour } from './behaviour.ts';
import type { Wire, WireRequest } from './wire.ts';

/** What a generator without any delay of its own would have measured at the target. Times are milliseconds. */
export type Truth = { responseTimes: number[]; serviceTimes: number[]; errorShare: number; rate: number | undefined };

/**
 * The truth of a run by what was on the wire. Of an open load, each arrival is answered as the behaviour says for its planned time, as late as
 * the target itself was with its answer. Of a closed load, whose users wait for the generator too, each request took what the wire says. A
 * target's own part in the set-up of a connection counts for those that wait for it.
 */
export function truthOf(spec: LoadTestSpec, behaviour: Behaviour, wire: Wire): Truth {
  const { open } = spec.load;
  return open === undefined ? closedTruth(spec.load.closed!.users, behaviour, wire) : openTruth(open, behaviour, wire);
}

/** How long the target took for a request; Infinity: it never answered. */
function serviceMs({ sentMs, answeredMs }: WireRequest): number {
  return answeredMs === undefined ? Number.POSITIVE_INFINITY : answeredMs - sentMs;
}

function closedTruth(users: number, behaviour: Behaviour, { requests, setUps }: Wire): Truth {
  const isDropped = ({ n }: WireRequest) => behaviour.drops?.(n) === true;
  const served = requests.filter((request) => !isDropped(request));
  // The users begin together, so that their first requests wait for the set-up of their connections.
  const setUpMs = new Map(setUps.map(({ port, fromMs, toMs }) => [port, toMs - fromMs]));
  const first = new Set(requests.slice(0, users));
  const serviceTimes = served.map(serviceMs);
  const responseTimes = served.map(
    (request) => serviceMs(request) + (first.has(request) ? (setUpMs.get(request.port) ?? 0) : 0),
  );
  const errors = requests.length - serviceTimes.filter(Number.isFinite).length;
  return { ...sorted(responseTimes, serviceTimes), errorShare: errors / requests.length, rate: undefined };
}

function openTruth(open: OpenLoad, behaviour: Behaviour, { requests, setUps }: Wire): Truth {
  const due = dueTimes(open);
  const onWire = new Map(requests.map((request) => [request.n, request]));
  const waits = due.map((dueMs, n) => {
    if (behaviour.drops?.(n) === true) return undefined;
    const request = onWire.get(n);
    const setUp = setUps.find(({ port }) => port === request?.port);
    const setUpMs = setUp === undefined ? 0 : Math.max(0, setUp.toMs - Math.max(dueMs, setUp.fromMs));
    return answeredAtMs(behaviour, n, dueMs + setUpMs) + lateMs(behaviour, request) - dueMs;
  });
  const answered = waits.filter((wait) => wait !== undefined);
  const hung = answered.filter((wait) => wait === Number.POSITIVE_INFINITY);
  const lengthMs = due.at(-1)! + due[1]! - due[0]!;
  const inTime = due.filter((dueMs, n) => waits[n] !== undefined && dueMs + waits[n] <= lengthMs).length;
  const serviceTimes = requests.map(serviceMs).filter(Number.isFinite);
  return {
    ...sorted(answered, [...serviceTimes, ...hung]),
    errorShare: (due.length - answered.length + hung.length) / due.length,
    rate: inTime / (lengthMs / 1e3),
  };
}

/** How late the target was with an answer. It hangs by the time at which it takes a request up, not by the time of the arrival. */
function lateMs(behaviour: Behaviour, request: WireRequest | undefined): number {
  if (request === undefined) return 0;
  const { n, sentMs, takenUpMs, answeredMs } = request;
  if (answeredMs !== undefined) return Math.max(0, answeredMs - answeredAtMs(behaviour, n, sentMs));
  const hasHung =
    answeredAtMs(behaviour, n, takenUpMs) === Number.POSITIVE_INFINITY &&
    answeredAtMs(behaviour, n, sentMs) !== Number.POSITIVE_INFINITY;
  return hasHung ? Number.POSITIVE_INFINITY : 0;
}

function sorted(responseTimes: readonly number[], serviceTimes: readonly number[]) {
  const ascending = (values: readonly number[]) => values.toSorted((a, b) => a - b);
  return { responseTimes: ascending(responseTimes), serviceTimes: ascending(serviceTimes) };
}

function dueTimes(open: OpenLoad): number[] {
  const times: number[] = [];
  const arrivals = new Arrivals(scheduleOf(open), { index: 0, count: 1 });
  for (; arrivals.dueUs < Number.POSITIVE_INFINITY; arrivals.advance()) times.push(arrivals.dueUs / 1e3);
  return times;
}

/** A threshold with its truth: whether the target kept the limit. */
export type Case = { metric: string; max?: string; min?: string; holds: boolean };

const STATISTICS = { p50: 50, p95: 95, p99: 99, p999: 99.9, max: 100 };
const FACTORS = [0.5, 0.8, 0.9, 1.1, 1.25, 2];
/** Nearer to the truth than this, the resolution of the start and loopback decide. */
const LEAST_MS = 1;
const LEAST_SHARE = 0.03;

/** Thresholds on both sides of the truth of each metric. */
export function casesOf({ responseTimes, serviceTimes, errorShare, rate }: Truth): Case[] {
  const times = (kind: string, values: readonly number[]) =>
    Object.entries(STATISTICS).flatMap(([statistic, percent]) =>
      timeCases(`${kind}.${statistic}`, percentile(values, percent)),
    );
  return [
    ...times('responseTime', responseTimes),
    ...times('serviceTime', serviceTimes),
    { metric: 'errors', max: percentText(errorShare + 0.02), holds: true },
    ...(errorShare > 0.02 ? [{ metric: 'errors', max: percentText(errorShare - 0.02), holds: false }] : []),
    ...(rate === undefined
      ? []
      : [
          { metric: 'rate', min: (rate * 0.95).toFixed(2), holds: true },
          { metric: 'rate', min: (rate * 1.05).toFixed(2), holds: false },
        ]),
  ];
}

function timeCases(metric: string, truthMs: number): Case[] {
  if (truthMs === Number.POSITIVE_INFINITY)
    return ['100ms', '200ms', '1s'].map((max) => ({ metric, max, holds: false }));
  const distant = (limitMs: number) => Math.abs(limitMs - truthMs) >= Math.max(LEAST_MS, truthMs * LEAST_SHARE);
  return FACTORS.map((factor) => truthMs * factor)
    .filter(distant)
    .map((limitMs) => ({ metric, max: `${limitMs.toFixed(3)}ms`, holds: limitMs > truthMs }));
}

function percentText(share: number): string {
  return `${(share * 100).toFixed(2)}%`;
}
