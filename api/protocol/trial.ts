import * as z from 'zod';
import { snapshotSchema } from './snapshot.ts';

const number = z.int().min(0).describe('Counts the trials of a test: 0 is the warm-up.');

/** A trial of a capacity search: the whole test makes load at one rate. */
export const trialPlanSchema = z.object({
  number,
  rate: z.number().positive().describe('Arrivals a second of the whole test, to a thousandth.'),
  startAtMs: z
    .number()
    .describe(
      "By the operator's clock; epoch milliseconds. A runner that learns of it later leaves out what was due by then.",
    ),
  durationMs: z.int().min(1),
});
export type TrialPlan = z.infer<typeof trialPlanSchema>;

/**
 * Pending: its start is yet to come. Running: its arrivals come due. Settling: nothing more is sent, and its last requests are in flight.
 * Done: all its requests have ended or were cut off.
 */
export const TRIAL_STATES = ['Pending', 'Running', 'Settling', 'Done'] as const;
export type TrialState = (typeof TRIAL_STATES)[number];

/** What a runner has to say of its newest trial. */
export const trialUpdateSchema = z.object({
  number,
  state: z.enum(TRIAL_STATES),
  lateMs: z
    .number()
    .min(0)
    .describe('For how long after `startAtMs` arrivals were left out because the runner learnt of it too late.'),
  ranMs: z.number().min(0).describe('For how long its arrivals have come due: `durationMs` unless it is ended early.'),
  snapshot: snapshotSchema
    .optional()
    .describe('What was measured in this trial alone, since it began. Absent: nothing yet.'),
});
export type TrialUpdateMessage = z.infer<typeof trialUpdateSchema>;
