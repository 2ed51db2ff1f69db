import * as z from 'zod';
import { MAX_SETUP_BYTES } from '../common/sizes.ts';
import { assignmentSchema } from './assignment.ts';
import { trialPlanSchema } from './trial.ts';

/**
 * Prepare: here is your assignment. Wait: at the barrier. Start: at `startAtMs`. Continue: carry on with your plan. Stop: end now and send
 * the final update. TearDown: every runner has ended. Accepted: your final update is persisted, exit.
 */
export const instructionSchema = z.object({
  instruction: z.enum(['Prepare', 'Wait', 'Start', 'Continue', 'Stop', 'TearDown', 'Accepted']),
  nowMs: z.number().describe("The operator's clock when it responded; epoch milliseconds."),
  heldMs: z
    .number()
    .min(0)
    .optional()
    .describe('How long the operator held the response until there was something to do. Absent: not at all.'),
  nextReportMs: z.number().min(0).describe('When the next update is due, from now.'),
  assignment: assignmentSchema.optional(),
  startAtMs: z.number().optional().describe("By the operator's clock; epoch milliseconds."),
  setup: z
    .string()
    .max(MAX_SETUP_BYTES)
    .optional()
    .describe("With Start, for a test that has a script: the result of the script's setup, as JSON."),
  trial: trialPlanSchema
    .optional()
    .describe(
      'With Start and Continue of a capacity search: the newest trial, in each instruction until the next one.',
    ),
  endTrial: z
    .object({ number: trialPlanSchema.shape.number })
    .optional()
    .describe('With Continue: the trial whose arrivals end now, because more of them would tell nothing.'),
  reason: z.string().optional(),
  wantsIntervals: z
    .boolean()
    .optional()
    .describe('With Wait: whether the next update is to hold the intervals of the run.'),
});
export type Instruction = z.infer<typeof instructionSchema>;
