import * as z from 'zod';
import { percentSchema } from '../common/quantity-schema.ts';
import { withRules } from '../common/rule.ts';
import { objectName } from '../common/value-source.ts';
import { ENDS, ERROR_COUNTERS } from './counters.ts';
import { text } from './fields/scalars.ts';

/** The metrics that a comparison judges. */
export const COMPARED = ['responseTime.p50', 'responseTime.p95', 'responseTime.p99', 'rate', 'errors'] as const;
export type Compared = (typeof COMPARED)[number];

/** The metric that a comparison of two capacity searches judges instead. */
export const CAPACITY_METRIC = 'capacity';

/** The runs of a schedule that can be a baseline without being named: the newest one that passed, or the newest one. */
const PREVIOUS = ['LastPassed', 'Last'] as const;

/** The baseline: the LoadTest whose result a test is compared with. */
export const compareWithSchema = withRules(
  z.strictObject({
    name: objectName
      .optional()
      .describe('Name of the baseline: a LoadTest in the same namespace that is complete when this one ends.'),
    previous: z
      .enum(PREVIOUS)
      .optional()
      .describe(
        'For the template of a ScheduledLoadTest: the newest earlier run that passed (LastPassed) or ended (Last), and has the same load and a usable result. It becomes the name when the run is created. A run without such a predecessor is not compared.',
      ),
    maxRegression: percentSchema
      .default('10%')
      .describe(
        'Largest tolerated deterioration of a metric, relative to the baseline. Differences within the noise never count.',
      ),
    metrics: z
      .array(z.enum(COMPARED))
      .min(1)
      .max(COMPARED.length)
      .optional()
      .describe(
        'Metrics that are compared; of capacity searches it is the capacity alone. Without one whose noise hides a change of maxRegression, such as the p99 of few requests, the others decide. Default: all.',
      ),
  }),
  {
    cel: 'has(self.name) || has(self.previous)',
    message: 'name or previous must be set',
    test: (v) => v.name !== undefined || v.previous !== undefined,
  },
);
export type CompareWithSpec = z.infer<typeof compareWithSchema>;

/** A comparison whose baseline has a name. */
export type CompareWith = CompareWithSpec & { name: string };

/** The comparison that a spec asks for; undefined without one, and when no earlier run could be the baseline. */
export function comparisonWith({
  compareWith,
}: {
  compareWith?: CompareWithSpec | undefined;
}): CompareWith | undefined {
  const name = compareWith?.name;
  return name === undefined ? undefined : { ...compareWith!, name };
}

/**
 * The result of a comparison, and of each metric. TooNoisy: a change of `maxRegression` would not have been seen. NotComparable: no comparison
 * is possible, for the reason in `message`.
 */
export const COMPARISON_RESULTS = ['Unchanged', 'Regressed', 'Improved', 'TooNoisy', 'NotComparable'] as const;
export type ComparisonResult = (typeof COMPARISON_RESULTS)[number];

export const comparisonSchema = z.strictObject({
  baseline: text.describe('Name of the baseline.'),
  maxRegression: text.describe('Largest tolerated deterioration.'),
  result: z.enum(COMPARISON_RESULTS).describe('Result of all metrics together.'),
  message: text.describe('The result in one sentence.'),
  metrics: z
    .array(
      z.strictObject({
        metric: text.describe('Metric that is compared.'),
        baseline: text
          .optional()
          .describe(
            'Value of the baseline: of the whole run, or the median over its intervals if these tell more about the change.',
          ),
        observed: text.optional().describe('The same for this test.'),
        change: text
          .optional()
          .describe('Change from the baseline: +12% for times and the rate, percentage points for errors.'),
        range: text.optional().describe('Confidence interval (99%) of that change.'),
        result: z.enum(COMPARISON_RESULTS).describe('Result of this metric.'),
      }),
    )
    .max(16)
    .describe('Result of each metric.'),
});
export type Comparison = z.infer<typeof comparisonSchema>;
export type ComparedMetric = Comparison['metrics'][number];

const column = z
  .string()
  .max(1024)
  .regex(/^([0-9]+( [0-9]+)*)?$/);

/**
 * The run in about twenty intervals of equal length, as columns. A column is one string of integers separated by spaces, which the
 * YAML of a LoadTest shows as one line.
 */
export const intervalsSchema = z.strictObject({
  end: column.describe('End of each interval, in milliseconds since the load began.'),
  ended: column.describe(`${ENDS.join(' + ')}.`),
  done: column.describe('Complete responses.'),
  errors: column.describe(`${ERROR_COUNTERS.join(' + ')}.`),
  p50: column.describe('Response time in microseconds; 0 in an interval without a response.'),
  p95: column.describe('The same for the 95th percentile.'),
  p99: column.describe('The same for the 99th percentile.'),
  timed: column.describe(
    'Number of response times. They are read a moment later than the counts: an interval may have more of them than ended, and the next one fewer. Over the whole run they agree.',
  ),
  above50: column.describe('How many of them are at or above the p50 of the whole run after its warm-up.'),
  above95: column.describe('The same for the p95.'),
  above99: column.describe('The same for the p99.'),
  quantiles: column.describe(
    'Response times of the whole run after its warm-up, in microseconds, at 59 percentiles between 1.8 and 99.995.',
  ),
});
export type IntervalColumns = z.infer<typeof intervalsSchema>;
