import type { Schedule } from '../../model/load/schedule.ts';
import type { Stripe } from '../../model/load/stripe.ts';

/**
 * Arrivals closer together share a tick, and so do arrivals that go out with a response: a tick wakes two threads here and the target,
 * which at high rates costs more than all the rest of a request.
 */
export const TICK_US = 320;

/** The arrivals that a pacing timer ticks for: one stripe of a schedule. Without one, of the schedules that come one after another. */
export type PacedArrivals = { schedule?: Schedule; stripe: Stripe };

/** The task of a pacing timer's thread. Schedules that come later are messages to it. */
export type PacingTask = PacedArrivals & { state: SharedArrayBuffer };

// The cells that the two threads share, 32 bits each.

/** How many of its arrivals the engine has sent. */
export const SENT = 0;
/** Counts the schedules that came one after another, also that there is none for now; {@link ENDED} when the pacing timer is to end. */
export const TURN = 1;
export const ENDED = -1;
/** Whether the load begins. */
export const BEGUN = 2;
/** Whether the engine has yet to receive the last tick. */
export const ON_ITS_WAY = 3;
/** How long before an arrival the pacing timer wakes, microseconds. */
export const LEAD = 6;
/** When the load begins, by `process.hrtime`, which all threads share; the third cell of 64 bits. */
export const START_NS = 2;
