import * as z from 'zod';
import { text } from './scalars.ts';

/** A threshold whose limits were broken: `max`, `min` or both are the broken ones. */
const thresholdViolationSchema = z.strictObject({
  metric: text.describe('Metric of the threshold.'),
  request: text.optional().describe('Name of its request; absent: all requests together.'),
  max: text.optional().describe('The limit that the observed value exceeds.'),
  min: text.optional().describe('The limit that the observed value is below.'),
  observed: text.describe('The value.'),
  over: text.optional().describe('The time that the observed value covers; absent: the whole load.'),
  heldAt: text
    .optional()
    .describe(
      'The rate that an open load asked for in the last ten seconds in which the threshold held. Absent: the load has asked for no more since.',
    ),
});
export type ThresholdViolation = z.infer<typeof thresholdViolationSchema>;

/** Why a load ends before its plan does. */
export const stoppingSchema = z.strictObject({
  by: z.enum(['Threshold', 'Annotation']).describe('A threshold with `abort`, or the annotation loadtest.dev/stop.'),
  violations: z
    .array(thresholdViolationSchema)
    .max(32)
    .optional()
    .describe(
      'The thresholds that did not hold, each with its broken limits and the value over about the last ten seconds.',
    ),
});
export type Stopping = z.infer<typeof stoppingSchema>;
