import type { CapacityReason } from '../../api/status/capacity.ts';
import { seededRandom } from '../../model/common/random.ts';
import { always, type Behaviour, bucket, cliff, disturbed, queue, scales } from './behaviours.ts';
import { capacityOf } from './erlang.ts';

/** A target of known capacity, the search for it, and what the search must say. */
export type CapacityTarget = {
  name: string;
  what: string;
  behaviour: () => Behaviour;
  load: Record<string, unknown>;
  thresholds: readonly Record<string, string>[];
  /** Arrivals a second; absent where the reason is the result. */
  truth?: number;
  reason: CapacityReason;
};

const RANGE = { minRate: 50, maxRate: 5000 };
const ERRORS = [{ metric: 'errors', max: '1%' }];
const within = (max: string) => [{ metric: 'responseTime.p99', max }];

/** Errors of at most 1% leave a bucket of 400/s a little more than 400/s. */
const OF_400 = 400 / 0.99;

const SERVERS = 8;
const SERVICE_MS = 20;
const LIMIT_MS = 150;

export const TARGETS: readonly CapacityTarget[] = [
  {
    name: 'bucket',
    what: 'token bucket of 400/s',
    behaviour: () => bucket(() => 400),
    load: RANGE,
    thresholds: ERRORS,
    truth: OF_400,
    reason: 'Found',
  },
  {
    name: 'queue',
    what: `M/M/${SERVERS} of mean ${SERVICE_MS} ms, p99 at most ${LIMIT_MS} ms`,
    behaviour: () => queue(SERVERS, SERVICE_MS, seededRandom(1)),
    load: { ...RANGE, arrivals: 'Poisson', trialDuration: '15s' },
    thresholds: within(`${LIMIT_MS}ms`),
    truth: capacityOf(SERVERS, SERVICE_MS, LIMIT_MS, 0.01),
    reason: 'Found',
  },
  {
    name: 'cliff',
    what: 'late by 500 ms above 300/s',
    behaviour: () => cliff(300, 500),
    load: RANGE,
    thresholds: within('100ms'),
    truth: 300,
    reason: 'Found',
  },
  {
    name: 'halves',
    what: 'token bucket of 800/s, and of 400/s after a minute',
    behaviour: () => bucket((nowMs) => (nowMs < 60_000 ? 800 : 400)),
    load: RANGE,
    thresholds: ERRORS,
    truth: OF_400,
    reason: 'Found',
  },
  {
    name: 'disturbed',
    what: 'late above 400/s, and stalled for 1 s in 20',
    behaviour: () => disturbed(cliff(400, 500)),
    load: RANGE,
    thresholds: [{ metric: 'responseTime.p90', max: '100ms' }],
    truth: 400,
    reason: 'Found',
  },
  {
    name: 'scales',
    what: 'token bucket of 400/s, and of 1,600/s after 15 s of overload; without hold',
    behaviour: () => scales(400, 1600, 15_000),
    load: RANGE,
    thresholds: ERRORS,
    truth: OF_400,
    reason: 'Found',
  },
  {
    name: 'scales-held',
    what: 'the same with hold: 20s',
    behaviour: () => scales(400, 1600, 15_000),
    load: { ...RANGE, hold: '20s' },
    thresholds: ERRORS,
    truth: 1600 / 0.99,
    reason: 'Found',
  },
  {
    name: 'floor',
    what: 'every response takes 150 ms, p99 at most 100 ms',
    behaviour: () => always({ afterMs: 150 }),
    load: RANGE,
    thresholds: within('100ms'),
    reason: 'LatencyFloor',
  },
  {
    name: 'beyond',
    what: 'answers everything, up to 1,000/s asked',
    behaviour: () => always({}),
    load: { ...RANGE, maxRate: 1000 },
    thresholds: ERRORS,
    reason: 'AboveRange',
  },
  {
    name: 'outruns',
    what: 'answers more than the generator makes',
    behaviour: () => always({}),
    load: { minRate: 500, maxRate: 1_000_000, maxInFlight: 1000 },
    thresholds: ERRORS,
    reason: 'GeneratorSaturated',
  },
];
