import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { Arrivals } from '../../model/load/arrivals.ts';
import { scheduleOf } from '../../model/load/schedule.ts';
import { percentile } from '../expectation.ts';
import { answeredAtMs, type Behaviour } from './behaviour.ts';
import type { Entry } from './target.ts';

/** What a generator without any delay of its own would have measured at the target. Times are milliseconds. */
export type Truth = { responseTimes: number[]; serviceTimes: number[]; errorShare: number; rate: number | undefined };

/**
 * The truth of a run by the target's log. Of an open load, each arrival is answered as the behaviour says for its planned time, as late as the
 * target itself was with its answer. Of a closed load, whose users wait for the generator too, each request took what the log says.
 */
export function truthOf(spec: LoadTestSpec, behaviour: Behaviour, log: readonly Entry[]): Truth {
  const inLog = new Map(log.map((entry) => [entry.n, entry]));
  const answered = log.filter(({ answeredMs }) => answeredMs !== undefined);
  const serviceTimes = answered.map(({ answeredMs, receivedMs }) => answeredMs! - receivedMs);
  const due = spec.load.open === undefined ? undefined : dueTimes(spec.load.open);
  const n = due?.length ?? log.length;
  const dropped = (due?.map((_, i) => i) ?? log.map((e) => e.n)).filter((i) => behaviour.drops?.(i) === true).length;
  if (due === undefined) {
    const hung = log.length - answered.length - dropped;
    const times = [...serviceTimes, ...new Array<number>(hung).fill(Number.POSITIVE_INFINITY)];
    return { ...sorted(times, times), errorShare: (dropped + hung) / n, rate: undefined };
  }
  const endsMs = due.map((dueMs, i) => {
    const entry = inLog.get(i);
    const lateMs =
      entry?.answeredMs === undefined
        ? 0
        : Math.max(0, entry.answeredMs - answeredAtMs(behaviour, i, entry.receivedMs));
    return behaviour.drops?.(i) === true ? undefined : answeredAtMs(behaviour, i, dueMs) + lateMs;
  });
  const waits = endsMs.flatMap((endMs, i) => (endMs === undefined ? [] : endMs - due[i]!));
  const hung = waits.filter((wait) => wait === Number.POSITIVE_INFINITY).length;
  const lengthMs = due.at(-1)! + due[1]! - due[0]!;
  const inTime = endsMs.filter((endMs) => endMs !== undefined && endMs <= lengthMs).length;
  return {
    ...sorted(waits, [...serviceTimes, ...new Array<number>(hung).fill(Number.POSITIVE_INFINITY)]),
    errorShare: (dropped + hung) / n,
    rate: inTime / (lengthMs / 1e3),
  };
}

function sorted(responseTimes: readonly number[], serviceTimes: readonly number[]) {
  const ascending = (values: readonly number[]) => values.toSorted((a, b) => a - b);
  return { responseTimes: ascending(responseTimes), serviceTimes: ascending(serviceTimes) };
}

function dueTimes(open: NonNullable<LoadTestSpec['load']['open']>): number[] {
  const times: number[] = [];
  const arrivals = new Arrivals(scheduleOf(open), { index: 0, count: 1 });
  for (; arrivals.dueUs < Number.POSITIVE_INFINITY; arrivals.advance()) times.push(arrivals.dueUs / 1e3);
  return times;
}

/** A threshold with its truth: whether the target kept the limit. */
export type Case = { metric: string; max?: string; min?: string; holds: boolean };

const STATISTICS = { p50: 50, p95: 95, p99: 99, p999: 99.9, max: 100 };
const FACTORS = [0.5, 0.8, 0.9, 1.1, 1.25, 2];
/** Nearer to the truth than this, loopback and the target's own reading decide. */
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
