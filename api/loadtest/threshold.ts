import * as z from 'zod';
import { durationSchema } from '../common/duration-schema.ts';
import { celPattern, textOf, withRules } from '../common/rule.ts';
import { metricFault } from './metric-fault.ts';
import {
  celIsShareOfRate,
  isOfAsked,
  isShareOfRate,
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
    metric: textOf(METRIC_PATTERN, METRIC_MESSAGE, { max: 48, faultOf: metricFault }).describe(
      `Metric of the result. ${METRIC_DESCRIPTION}`,
    ),
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
        'Ends the test as failed as soon as the threshold is broken over the last 10s of all runners together.',
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
  {
    cel: `!${celIsShareOfRate('self')} || ((!has(self.max) || self.max.endsWith('%')) && (!has(self.min) || self.min.endsWith('%')))`,
    message: 'must be a percentage if min is one, and otherwise a number',
    field: 'max',
    test: (v) => !isShareOfRate(v) || [v.max, v.min].every((limit) => limit === undefined || isOfAsked(limit)),
  },
  {
    cel: `!${celIsShareOfRate('self')} || !has(self.request)`,
    message: 'must not be set with a rate in percent: the load asks for a rate of all requests together',
    field: 'request',
    test: (v) => !isShareOfRate(v) || v.request === undefined,
  },
);
export type Threshold = z.infer<typeof thresholdSchema>;

/** What a test without thresholds is held to; see docs/design/0052-a-default-threshold.md. */
export const DEFAULT_THRESHOLD = { metric: 'errors', max: '1%' } as const satisfies Threshold;

/** A threshold that a test is held to; `default` marks the one that the spec does not contain. */
export type AppliedThreshold = Threshold & { default?: boolean | undefined };

/** The thresholds that a test is held to: those of the spec, or else the default one. An empty list is as good as none, as in Kubernetes. */
export function thresholdsOf({
  thresholds = [],
}: {
  thresholds?: readonly Threshold[] | undefined;
}): readonly AppliedThreshold[] {
  return thresholds.length > 0 ? thresholds : [{ ...DEFAULT_THRESHOLD, default: true }];
}

/** A threshold as text: "responseTime.p99 of order at most 250ms", "errors at most 1% (default)". */
export function thresholdText(threshold: AppliedThreshold): string {
  return `${thresholdName(threshold)} ${limitsInWords(threshold)}`;
}

/** Limits in words: "at least 95, at most 105". Those of the default threshold say that they are. */
export function limitsInWords({
  min,
  max,
  default: isDefault,
}: Pick<AppliedThreshold, 'min' | 'max' | 'default'>): string {
  const limits = [min && `at least ${min}`, max && `at most ${max}`].filter(Boolean).join(', ');
  return isDefault ? `${limits} (default)` : limits;
}

/** What a threshold is about, as a person reads it: "errors", or "responseTime.p99 of order". */
export function thresholdName({ metric, request }: { metric: string; request?: string | undefined }): string {
  return request === undefined ? metric : `${metric} of ${request}`;
}
