import type { OperatorLimits } from '../../api/common/operator-limits.ts';
import type { Load } from '../../api/loadtest/load/load.ts';
import type { EnginePosition } from './engine-position.ts';
import type { Stripe } from './stripe.ts';

/** A plateau of arrivals: its number in the search, arrivals a second over the whole test, and its length. */
export type Plateau = { number: number; rate: number; durationMs: number };

/** A search for the highest rate at which the thresholds hold, by trials. Rates are arrivals a second over the whole test. */
export type RateSearch = {
  minRate: number;
  maxRate: number;
  /** How far apart the ends of the bracket may be, as a share of the lower one. */
  precision: number;
  /** The length of a trial; undefined: as long as the thresholds need at its rate. */
  trialSeconds: number | undefined;
  /** The length of the last trial; 0: none. */
  confirmSeconds: number;
  /** How long a rate that fails on the way up is kept before it is tried again; 0: it is not. */
  holdSeconds: number;
  deadlineSeconds: number;
  /** The capacity that the test requires; undefined: none. */
  atLeast: number | undefined;
  /** The load of one trial on its own. */
  loadOfTrial(plateau: Plateau): Load;
};

/**
 * A load, as everything but its engine sees it. One file a load model implements this; {@link loadModelOf} in load-models.ts chooses
 * the implementation. `Plan` is the part of one engine, which the driver of the same model in runner/ carries out.
 */
export interface LoadModel<Plan = unknown> {
  /**
   * The time for which load is made, microseconds, without the wait for the last responses: an upper bound where {@link iterations} may
   * end the load earlier; Infinity when only they do.
   */
  readonly lengthUs: number;
  /** The field of the spec that sets the length: `load.closed.duration`. */
  readonly lengthField: string;
  /** The iterations that end the load; Infinity when only its length does. */
  readonly iterations: number;
  /**
   * Whether each arrival is due at a time of its own, so that pacing lag measures the generator. Otherwise the load waits for responses,
   * and only a busy event loop shows that the generator was the limit.
   */
  readonly isPaced: boolean;
  /** Whether it asks for one and the same rate from its beginning to its end. */
  readonly isSteady: boolean;
  /** The highest rate, arrivals a second; undefined when responses decide the rate. */
  readonly peakPerSecond: number | undefined;
  /** Requests in flight above which arrivals are dropped, and the field that sets it; undefined when none are dropped. */
  readonly inFlightLimit: { count: number; field: string } | undefined;
  /** The search that decides the rate of each trial; undefined for a load that follows its plan. */
  readonly search: RateSearch | undefined;
  /** The most runners that can share the load; Infinity when any number can. */
  readonly mostRunners: number;

  /** The rate that the load asks for at a time, arrivals a second; 0 after its end; undefined when responses decide the rate. */
  perSecondAt(timeUs: number): number | undefined;
  /** Arrivals that are due until a time, on average; undefined when responses decide. */
  arrivalsUntil(timeUs: number): number | undefined;
  /** Whether `count` arrivals may have come due where `mean` are on average: a random process draws their number. */
  mayCome(count: number, mean: number): boolean;
  /** The time that all users together have for the load until a time, microseconds; undefined when arrivals wait for no response. */
  userTimeUntil(timeUs: number): number | undefined;
  /** One line for people: "open model, uniform arrivals: 100/s for 30s". */
  description(): string;
  /** What two loads of this model must have in common to be comparable: values by the field of the spec. */
  comparedFields(): Record<string, unknown>;
  /** One sentence for each field whose rate or number of users is above the limits: "load.closed.users: 8 exceeds the limit of 4". */
  sizeProblems(limits: Pick<OperatorLimits, 'maxRate' | 'maxUsers'>): string[];
  /** The most worker threads that this runner's share of the load can use, whatever the machine has. */
  usefulWorkers(runner: Stripe): number;
  /** The part of the engine at `position`. The plans of all engines together are the whole load, to the arrival. */
  planOf(position: EnginePosition): Plan;
}
