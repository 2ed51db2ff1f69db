import * as z from 'zod';
import { percentSchema } from '../common/quantity.ts';
import { objectName } from '../common/value-source.ts';
import { ERROR_COUNTERS } from './counters.ts';

/** The LoadTest whose result a test is held against. */
export const compareWithSchema = z.strictObject({
  name: objectName.describe(
    'Name of the LoadTest to compare with, in the same namespace; it must be complete when this one ends.',
  ),
  maxRegression: percentSchema
    .default('10%')
    .describe(
      'How much worse a metric may be, in proportion to the baseline. Differences within the noise never count.',
    ),
});
export type CompareWith = z.infer<typeof compareWithSchema>;

const text = z.string().max(1024);

/** Unchanged, Regressed and Improved are the answers; NotComparable says that there can be none, and `message` why. */
export const COMPARISON_RESULTS = ['Unchanged', 'Regressed', 'Improved', 'NotComparable'] as const;

export const comparisonSchema = z.strictObject({
  baseline: text.describe('Name of the LoadTest that was compared with.'),
  maxRegression: text,
  result: z.enum(COMPARISON_RESULTS),
  message: text.describe('The answer in one sentence.'),
  metrics: z
    .array(
      z.strictObject({
        metric: text,
        baseline: text.optional().describe("The median of the baseline's windows; of errors the share in all of them."),
        observed: text.optional().describe('The same of this test.'),
        change: text
          .optional()
          .describe(
            'What typically changed from a window to the one at the same place: +12% for times and the rate, points for errors.',
          ),
        range: text
          .optional()
          .describe('Where that change lies with 99.5% confidence, by how much the windows differ.'),
        regressed: z.boolean(),
      }),
    )
    .max(16),
});
export type Comparison = z.infer<typeof comparisonSchema>;
export type ComparedMetric = Comparison['metrics'][number];

const column = z
  .string()
  .max(1024)
  .regex(/^([0-9]+( [0-9]+)*)?$/);

/**
 * The run cut into about twenty windows of equal length, as columns: whole numbers with a space between them, so that the YAML of a
 * LoadTest has a line for each column.
 */
export const intervalsSchema = z.strictObject({
  end: column.describe('When each window ended, in milliseconds since the load began.'),
  generated: column,
  done: column,
  errors: column.describe(`${ERROR_COUNTERS.join(' + ')}.`),
  p50: column.describe('Of the response time, in microseconds; 0 where nothing was answered.'),
  p95: column,
  p99: column,
});
export type IntervalColumns = z.infer<typeof intervalsSchema>;
