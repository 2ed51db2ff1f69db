import * as z from 'zod';
import { shownTextSchema } from '../common/shown/schema.ts';
import { MAX_SETUP_BYTES } from '../common/sizes.ts';
import { MAX_EPOCH_MS } from '../common/time.ts';
import { FAILURE_REASONS } from '../status/reasons.ts';
import { intervalEndsSchema } from './interval-ends.ts';
import { snapshotSchema } from './snapshot.ts';
import { trialUpdateSchema } from './trial.ts';

/** Starting: has no assignment yet. Ready: waits at the barrier. Failed: cannot run, `message` gives the reason. */
export const PHASES = ['Starting', 'Ready', 'Running', 'Finished', 'Failed'] as const;

export const runnerUpdateSchema = z.object({
  phase: z.enum(PHASES),
  message: shownTextSchema(4096).optional(),
  reason: z
    .enum(FAILURE_REASONS)
    .optional()
    .catch(undefined)
    .describe('Absent also when only another version knows it.'),
  setup: z
    .string()
    .max(MAX_SETUP_BYTES)
    .optional()
    .describe("From runner 0, as soon as it is ready: the result of the script's setup, as JSON."),
  teardown: z
    .object({ state: z.enum(['Pending', 'Done', 'Failed']), message: shownTextSchema(1024).optional() })
    .optional()
    .describe("From runner 0: the state of the script's teardown. Absent: the script has none."),
  startedAtMs: z
    .number()
    .min(0)
    .max(MAX_EPOCH_MS)
    .optional()
    .describe("When the runner's load began, by the operator's clock; epoch milliseconds."),
  machine: shownTextSchema(256).optional().describe('With the final update: where the runner ran.'),
  snapshot: snapshotSchema.optional(),
  trial: trialUpdateSchema.optional().describe('The newest trial of a capacity search.'),
  windows: z
    .union([z.literal('Kept'), intervalEndsSchema])
    .optional()
    .describe('With the final update: the intervals of the run; Kept until the operator asks for them, once.'),
});
export type RunnerUpdateMessage = z.infer<typeof runnerUpdateSchema>;
