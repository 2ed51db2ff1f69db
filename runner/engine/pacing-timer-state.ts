import type { Schedule } from '../../model/load/schedule.ts';
import type { Stripe } from '../../model/load/stripe.ts';

/**
 * Microseconds. Arrivals closer together share a beat, and so they do when they go out with an answer: a beat wakes two threads here and
 * the target there, which at high rates costs more than all that a request takes.
 */
export const TICK = 320;

/** The arrivals that a pacing timer ticks for: one stripe of a schedule. */
export type PacedArrivals = { schedule: Schedule; stripe: Stripe };

/** The task of a pacing timer's thread. */
export type PacingTask = PacedArrivals & { state: SharedArrayBuffer };

/** What the two threads share: how many of its arrivals the engine has sent, whether the metronome is to end, and whether to begin. */
export const SENT = 0;
export const ENDED = 1;
export const BEGUN = 2;
/** Whether a beat is on its way that the engine has not heard yet. */
export const ON_ITS_WAY = 3;
/** And how long before an arrival the metronome wakes, microseconds. */
export const LEAD = 6;
/** When the load begins, by `process.hrtime`, which all threads share: the third 64 bits. */
export const START_NS = 2;
