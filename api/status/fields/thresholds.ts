import * as z from 'zod';
import { text } from './scalars.ts';

/** The result of each threshold. */
export const thresholdResultsSchema = z
  .array(
    z.strictObject({
      metric: text.describe('Metric of the threshold.'),
      request: text.optional().describe('Name of its request; absent: all requests together.'),
      max: text.optional().describe('Its upper limit.'),
      min: text.optional().describe('Its lower limit.'),
      observed: text.optional().describe('Value of the metric; absent: nothing was measured.'),
      passed: z.boolean().describe('Whether the threshold holds for sure.'),
      inconclusive: text
        .optional()
        .describe(
          'Why the run cannot tell whether the threshold holds; absent when it holds, and when it is broken for sure.',
        ),
      default: z.boolean().optional().describe('Marks the default threshold, for a spec without thresholds.'),
    }),
  )
  .max(32);
