import * as z from 'zod';
import { MAX_LOAD_TEST_NAME, MAX_RELEASE } from '../common/names.ts';
import { capacitySchema } from '../status/capacity.ts';
import { COMPARISON_RESULTS } from '../status/comparison.ts';
import { time } from '../status/fields/scalars.ts';

/** The most ended runs that a schedule remembers. With the bounds of the fields below, they take at most 200 kB of its status. */
export const MAX_HISTORY = 200;

/** The longest reason for the result of a comparison that the history keeps. */
export const MAX_COMPARISON_MESSAGE = 200;

const { shape: capacity } = capacitySchema;
const name = z.string().max(MAX_LOAD_TEST_NAME);
const figure = z.string().max(32);

/** An ended run of a schedule, with what the course of its figures over runs needs. */
export const pastRunSchema = z.strictObject({
  name: name.describe('Name of the LoadTest.'),
  passed: z.enum(['True', 'False', 'Unknown']).describe('Unknown: inconclusive.'),
  reason: z.string().max(128).optional().describe('Why: the reason of its condition Passed, or Replaced.'),
  completionTime: time.optional().describe('When the run ended.'),
  release: z.string().max(MAX_RELEASE).optional().describe('Its spec.release.'),
  rate: figure.optional().describe('Responses per second; with requestOrder Sequential, complete iterations.'),
  p99: figure
    .optional()
    .describe(
      '99th percentile of the response time; of a Capacity load in the last trial that held at the rate found.',
    ),
  p99Range: z
    .strictObject({ low: figure.describe('Lower end.'), high: figure.describe('Upper end.') })
    .optional()
    .describe('Where that percentile lies with 99% confidence, as far as the number of responses tells.'),
  capacity: z
    .strictObject({
      ...{ rate: capacity.rate, low: capacity.low, high: capacity.high },
      ...{ regular: capacity.regular, reason: capacity.reason },
    })
    .optional()
    .describe('Result of the search of a Capacity load.'),
  comparison: z
    .strictObject({
      baseline: name.describe('Name of the baseline.'),
      result: z.enum(COMPARISON_RESULTS).describe('Result of the comparison.'),
      message: z.string().max(MAX_COMPARISON_MESSAGE).describe('The beginning of its sentence.'),
    })
    .optional()
    .describe('Comparison with the baseline of spec.compareWith.'),
});
export type PastRun = z.infer<typeof pastRunSchema>;

/** Whether a run is known to be worse than its baseline. One that is inconclusive, for example because of the generator, may not be. */
export function isRegressed({ passed, comparison }: Pick<PastRun, 'passed' | 'comparison'>): boolean {
  return passed === 'False' && comparison?.result === 'Regressed';
}

export const historySchema = z.array(pastRunSchema).max(MAX_HISTORY);
