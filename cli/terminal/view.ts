import type { Counts } from '../../api/status/counters.ts';
import type { Outcomes } from '../../model/measure/outcomes.ts';

/** The figures of one request; `perSecond` is absent where only those of the whole load are known. */
export type RequestView = {
  name: string;
  perSecond?: number;
  p50Us?: number | undefined;
  p99Us?: number | undefined;
  done: number;
  errorShare: number | undefined;
};

/** One second of a load, or in a cluster the time between two states of it; `p99Us` is absent without a response. */
export type SecondView = { perSecond: number; p99Us?: number | undefined };

/** The figures of the live view of a run, on this machine or in a cluster. */
export type View = {
  /** The part of the load that is over, 0 to 1. */
  share: number;
  elapsedMs: number;
  /** The length of the load, where it is known. */
  totalMs?: number;
  /** A state other than running, such as "Finishing". */
  state?: string;
  /** The search of a capacity: the bracket, and while there is one the trial under way and what is left. */
  search?: { bracket: string; trial?: string; left?: string } | undefined;
  /** A second; `unit` stands behind the numbers. */
  rate: { unit: string; target?: number; achieved: number };
  counts: Counts & { inFlight: number };
  /** Percentiles of the response time; absent before the first response. */
  timesUs: { p50?: number; p95?: number; p99?: number };
  /** The time that the rate and the response times cover. */
  scope: 'last second' | 'so far';
  /** Of what has ended, 0 to 1; undefined when nothing has. */
  errorShare: number | undefined;
  errors: readonly { kind: string; count: number }[];
  thresholds: readonly { name: string; observed?: string; passed: boolean; inconclusive?: string }[];
  /** `cpu`: cores in use. */
  /** By code, ascending. */
  responses: Outcomes['responses'];
  /** Each request of a test that has several, over the time of `scope`; `errorShare` covers the load so far. */
  requests: readonly RequestView[];
  /** The load so far, the newest part last. */
  history: readonly SecondView[];
  generator: { isLimit: boolean; pacingLagP99Us: number | undefined; cpu: number | undefined };
};
