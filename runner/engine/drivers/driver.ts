import type { TrialPlan, TrialState } from '../../../api/protocol/trial.ts';
import type { Clock } from '../clock.ts';
import type { PacingTimer } from '../pacing-timer.ts';
import type { Recorder } from '../recorder.ts';
import type { Settling } from '../settle.ts';
import type { SlotLimits, SlotPool } from '../slot-pool.ts';
import type { Ahead, Upcoming } from './upcoming.ts';

/** Sends the requests of one engine when the load model wants them. */
export interface Driver {
  /** Begins to send; calls `over` when it will send nothing more, at least once. */
  begin(over: () => void): void;
  /** Sends nothing more. */
  stop(): void;
  /** The trials of a load that consists of them. */
  readonly trials?: TrialControl;
}

/** A trial with its start, microseconds since the load began. */
export type Trial = Omit<TrialPlan, 'startAtMs'> & { startUs: number };

/** How far a trial is; times are microseconds since the load began. */
export type TrialProgress = {
  number: number;
  state: TrialState;
  startUs: number;
  /** For how long after its start arrivals were left out, because it came too late. */
  lateUs: number;
  /** When its last arrivals are due, or were. */
  endUs: number;
};

/** Carries out trials one after another, on each of which somebody else decides. */
export interface TrialControl {
  /** Carries out a trial at its time. One with a known number changes nothing, nor does one that comes before the trial under way is done. */
  begin(trial: Trial): void;
  /** Ends the arrivals of the trial with this number if they are not over yet. */
  end(number: number): void;
  readonly newest: TrialProgress | undefined;
}

/** The parts of an engine that a driver uses. */
export type DriverContext = {
  /** Chooses the request of an arrival. */
  choose: (arrival: number) => number;
  /** Counts 0, 1, 2, ... on all engines of the runner together. */
  countIteration: () => number;
  slots: SlotPool;
  recorder: Recorder;
  timing: Clock;
  /** Calls back when all requests have ended, and cuts them off when they take too long. Returns a function that cancels the call. */
  settle: (limits: Pick<Settling, 'leastUs' | 'mostUs'>, settled: () => void) => () => void;
  /** Called when a trial was taken up, when its arrivals are over, and when it is done; not at its first arrival, which that would delay. */
  onTrial: () => void;
  /** Ticks when something is due; without one, the event loop's timers do. */
  /** Who needs to know the arrivals ahead. */
  upcoming?: Pick<Upcoming, 'follow'> | undefined;
  pacingTimer?: Pick<PacingTimer, 'onTick' | 'wasLate' | 'sent' | 'pace' | 'stop'> | undefined;
};

/** How an engine carries out the plans of one load model. */
export interface LoadDriver<Plan> {
  /** Whether the load asks for a rate, so that its last requests are in flight at its end however fast the target is. */
  readonly asksForRate: boolean;
  /** How many requests may be in flight, and how many connections are opened at once. */
  slotLimits(plan: Plan): SlotLimits;
  /** A timer with a thread of its own; undefined for a load that waits for responses. */
  pacingTimer(plan: Plan): PacingTimer | undefined;
  /** The arrivals of an engine, known ahead; `countIteration` counts as in {@link DriverContext}. */
  ahead(plan: Plan, countIteration: () => number): Ahead;
  /** The driver of one engine; called once before the load. */
  driver(plan: Plan, context: DriverContext): Driver;
}
