import * as z from 'zod';
import { durationSchema } from '../common/duration-schema.ts';
import { celPattern, textOf, withRules } from '../common/rule.ts';
import {
  METRIC_DESCRIPTION,
  METRIC_MESSAGE,
  METRIC_PATTERN,
  UNITS,
  type Unit,
  unitOf,
  unitPattern,
} from './metrics.ts';

/** A limit is written in the unit of its metric: one rule a unit and a bound. */
const unitRules = (Object.keys(UNITS) as Unit[]).flatMap((unit) =>
  (['max', 'min'] as const).map((bound) => ({
    cel: `!has(self.${bound}) || !self.metric.matches(${celPattern(unitPattern(unit))}) || self.${bound}.matches(${celPattern(UNITS[unit].pattern)})`,
    message: `${bound} must be ${UNITS[unit].name}`,
    field: bound,
    test: (v: { metric: string; max?: string | undefined; min?: string | undefined }) => {
      const limit = v[bound];
      return limit === undefined || unitOf(v.metric) !== unit || UNITS[unit].pattern.test(limit);
    },
  })),
);

/** One line of the SLO: a metric of the merged result and the limits it must keep. */
export const thresholdSchema = withRules(
  z.strictObject({
    metric: textOf(METRIC_PATTERN, METRIC_MESSAGE, { max: 48 }).describe(`Metric of the result. ${METRIC_DESCRIPTION}`),
    request: z
      .string()
      .min(1)
      .max(63)
      .optional()
      .describe('Name of the request that the threshold applies to. Default: all requests together.'),
    max: z.string().min(1).max(32).optional().describe('Upper limit of the metric.'),
    min: z.string().min(1).max(32).optional().describe('Lower limit of the metric.'),
    abort: z
      .boolean()
      .optional()
      .describe(
        'Ends the test as failed as soon as the threshold does not hold over the last 10s of all runners together.',
      ),
    after: durationSchema
      .optional()
      .describe(
        'With abort: the earliest time since the start of the load at which the test may be ended, at least 10s.',
      ),
  }),
  {
    cel: 'has(self.max) || has(self.min)',
    message: 'max or min must be set',
    test: (v) => v.max !== undefined || v.min !== undefined,
  },
  {
    cel: '!has(self.after) || (has(self.abort) && self.abort)',
    message: 'must not be set without abort: true',
    field: 'after',
    test: (v) => v.after === undefined || v.abort === true,
  },
  ...unitRules,
);
export type Threshold = z.infer<typeof thresholdSchema>;

/** What a threshold is about, as a person reads it: "errors", or "responseTime.p99 of order". */
export function thresholdName({ metric, request }: { metric: string; request?: string | undefined }): string {
  return request === undefined ? metric : `${metric} of ${request}`;
}
