import * as z from 'zod';
import { encodedHistogramSchema } from '../common/encoded-histogram.ts';
import { ENDS, ERROR_COUNTERS } from '../status/counters.ts';
import { count } from '../status/fields/scalars.ts';
import { boundedList } from './bounded-list.ts';

/**
 * What was measured up to the end of an interval, of all requests together; see docs/design/0034-comparison.md. Cumulative: an interval is
 * the difference of two ends, and the sum over several runners is exact.
 */
const intervalEndSchema = z.object({
  elapsedMs: z.number().min(0).describe('Since the load began; for several threads the mean of those still running.'),
  threads: z.int().min(1).describe('How many were still running.'),
  ended: count.describe(`${ENDS.join(' + ')}.`),
  done: count,
  errors: count.describe(`${ERROR_COUNTERS.join(' + ')}.`),
  responseTime: encodedHistogramSchema,
});

export const intervalEndsSchema = z.object({
  stepMs: z.number().min(1).describe('The length of an interval.'),
  ends: boundedList(intervalEndSchema, 64),
  last: intervalEndSchema.describe('The end of the run.'),
});
export type IntervalEndsMessage = z.infer<typeof intervalEndsSchema>;
