import * as z from 'zod';
import { count, text } from './fields/scalars.ts';

/** Finished trials of one search, the warm-up included. */
export const MAX_TRIALS = 60;

/**
 * What a trial is for. WarmUp and Hold are not judged. Climb doubles the rate, Below tries rates below the lowest one, Narrow halves the
 * distance between a rate that held and one that did not, Decide repeats a rate until enough seconds of trials agree, and Confirm is the long
 * trial at the rate found.
 */
const TRIAL_PURPOSES = ['WarmUp', 'Climb', 'Below', 'Hold', 'Narrow', 'Decide', 'Confirm'] as const;
export type TrialPurpose = (typeof TRIAL_PURPOSES)[number];

/** Whether trials for this purpose say anything of their rate. */
export function isJudged(purpose: TrialPurpose): boolean {
  return purpose !== 'WarmUp' && purpose !== 'Hold';
}

/**
 * How a search ended. Found: both ends of the bracket are decided, and it is as narrow as asked. AboveRange: maxRate holds. BelowRange: minRate
 * does not. LatencyFloor: a time exceeds its limit at every rate. NotConfirmed: the long trial failed three times. Unstable: sixty trials did
 * not agree. Unfinished: the load ended before the search.
 */
export const CAPACITY_REASONS = [
  'Found',
  'AboveRange',
  'BelowRange',
  'LatencyFloor',
  'NotConfirmed',
  'Deadline',
  'GeneratorSaturated',
  'Unstable',
  'Unfinished',
] as const;
export type CapacityReason = (typeof CAPACITY_REASONS)[number];

const name = z.string().max(63);
const number = z.number().min(0);
const perSecond = number;

const limitSchema = z.strictObject({
  metric: text.describe('Metric of the threshold; rate: fewer than 95% of the arrivals were answered in time.'),
  request: name.optional().describe('Name of its request; absent: all requests together.'),
});
export type CapacityLimit = z.infer<typeof limitSchema>;

const plannedTrialSchema = z.strictObject({
  number: count.describe('Trials before it; 0 is the warm-up.'),
  purpose: z.enum(TRIAL_PURPOSES).describe('What the trial is for.'),
  rate: perSecond.describe('Arrivals per second over all runners.'),
  seconds: number.describe('Length of its plateau.'),
});
export type PlannedTrial = z.infer<typeof plannedTrialSchema>;

const finishedTrialSchema = plannedTrialSchema.extend({
  lasted: number.optional().describe('Seconds after which it was ended, certain to fail; absent: its whole length.'),
  achieved: perSecond.describe('Responses during its plateau; with requestOrder Sequential: iterations completed.'),
  good: z.boolean().describe('Whether every threshold held.'),
  by: z.array(limitSchema).max(32).optional().describe('What did not hold.'),
  generator: z
    .strictObject({
      reason: text.describe('As in the condition GeneratorSaturated.'),
      message: text.describe('What was the limit, and what to do.'),
    })
    .optional()
    .describe('Set when the load generator was the limit, so that the trial says nothing of the target.'),
  observed: z
    .array(text)
    .max(32)
    .optional()
    .describe('The value of each threshold, in their order; empty: nothing was measured.'),
  errors: text.optional().describe('Share of the arrivals that ended in an error.'),
  p50: text.optional().describe('50th percentile of the response time.'),
  p95: text.optional().describe('95th percentile of the response time.'),
  p99: text.optional().describe('99th percentile of the response time.'),
});
export type FinishedTrial = z.infer<typeof finishedTrialSchema>;

/** The search of a Capacity load, and its result. The next step follows from the finished trials alone. */
export const capacitySchema = z.strictObject({
  rate: perSecond
    .optional()
    .describe(
      'The capacity, arrivals per second: what was answered in time at `low`. Absent during the search, and where no rate held.',
    ),
  low: perSecond.optional().describe('Highest rate at which every threshold held, below `high`.'),
  high: perSecond.optional().describe('Lowest rate at which one did not.'),
  regular: z
    .boolean()
    .optional()
    .describe('Whether both bounds are decided, confirmed, and as close as `precision`. Absent during the search.'),
  reason: z.enum(CAPACITY_REASONS).optional().describe('How the search ended. Absent during the search.'),
  limitedBy: limitSchema.optional().describe('The threshold that does not hold at `high`.'),
  boundary: z
    .enum(['Smooth', 'Cliff'])
    .optional()
    .describe(
      'Smooth: the threshold is approached gradually. Cliff: it is far from its limit at `low`, and far beyond at `high`.',
    ),
  inversions: count.optional().describe('Rates that held although a lower one did not.'),
  beforeHold: perSecond.optional().describe('Highest rate that held before the target had the time of `hold`.'),
  expected: z
    .strictObject({
      trials: count.describe('Trials to come.'),
      seconds: number.describe('How long they take.'),
    })
    .optional()
    .describe('About what is left of the search. Absent after it.'),
  trial: plannedTrialSchema
    .extend({
      startTime: z.string().max(64).meta({ format: 'date-time' }).optional().describe('When its plateau begins.'),
    })
    .optional()
    .describe('The trial under way. Absent after the search.'),
  trials: z.array(finishedTrialSchema).max(MAX_TRIALS).optional().describe('The finished trials, oldest first.'),
});
export type Capacity = z.infer<typeof capacitySchema>;
