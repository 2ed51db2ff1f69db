import type { Clock } from '../clock.ts';
import type { PacingTimer } from '../pacing-timer.ts';
import type { Recorder } from '../recorder.ts';
import type { SlotLimits, SlotPool } from '../slot-pool.ts';

/** Sends the requests of one engine when the load model wants them. */
export interface Driver {
  /** Begins to send; calls `over` when it will send nothing more, at least once. */
  begin(over: () => void): void;
  /** Sends nothing more. */
  stop(): void;
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
  /** Ticks when something is due; without one, the event loop's timers do. */
  pacingTimer?: Pick<PacingTimer, 'onTick' | 'wasLate' | 'sent' | 'stop'> | undefined;
};

/** How an engine carries out the plans of one load model. */
export interface LoadDriver<Plan> {
  /** Whether the load asks for a rate, so that its last requests are in flight at its end however fast the target is. */
  readonly asksForRate: boolean;
  /** How many requests may be in flight, and how many connections are opened at once. */
  slotLimits(plan: Plan): SlotLimits;
  /** A timer with a thread of its own; undefined for a load that waits for responses. */
  pacingTimer(plan: Plan): PacingTimer | undefined;
  /** The driver of one engine; called once before the load. */
  driver(plan: Plan, context: DriverContext): Driver;
}
