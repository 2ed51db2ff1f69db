import * as z from 'zod';
import { DURATION_PATTERN, microseconds } from '../common/duration.ts';
import { durationSchema } from '../common/duration-schema.ts';
import { NUMBER_PATTERN, PERCENT_PATTERN, share } from '../common/quantity.ts';
import { celPattern, textOf, withRules } from '../common/rule.ts';
import { ERROR_KINDS } from '../status/error-kinds.ts';

/** What a metric's limits are written in. */
export type Unit = 'duration' | 'percent' | 'number';

const METRIC = new RegExp(
  `^((responseTime|serviceTime)[.](min|mean|max|p[1-9][0-9]{0,4})|errors([.](${ERROR_KINDS.join('|')}))?|timeout|failed|dropped|unexpected|status[.][1-5]([0-9][0-9]|xx)|rate)$`,
);

/** The unit of a metric that has passed {@link thresholdSchema}. */
export function unitOf(metric: string): Unit {
  if (metric === 'rate') return 'number';
  return isTime(metric) ? 'duration' : 'percent';
}

function isTime(metric: string): boolean {
  return metric.startsWith('responseTime.') || metric.startsWith('serviceTime.');
}

const IS_TIME_CEL = "(self.metric.startsWith('responseTime.') || self.metric.startsWith('serviceTime.'))";

const PATTERNS: Record<Unit, RegExp> = { duration: DURATION_PATTERN, percent: PERCENT_PATTERN, number: NUMBER_PATTERN };
const LIMIT_UNITS: Record<Unit, string> = {
  duration: 'a duration such as 250ms for a time',
  percent: 'a percentage such as "0.5%" for errors',
  number: 'a number such as "480" for rate',
};
const UNIT_CEL: Record<Unit, string> = {
  duration: `!${IS_TIME_CEL}`,
  percent: `self.metric == 'rate' || ${IS_TIME_CEL}`,
  number: "self.metric != 'rate'",
};

/** A limit is written in the unit of its metric: one rule a unit and a bound. */
const unitRules = (['duration', 'percent', 'number'] as const).flatMap((unit) =>
  (['max', 'min'] as const).map((bound) => ({
    cel: `!has(self.${bound}) || ${UNIT_CEL[unit]} || self.${bound}.matches(${celPattern(PATTERNS[unit])})`,
    message: `${bound} must be ${LIMIT_UNITS[unit]}`,
    field: bound,
    test: (v: { metric: string; max?: string | undefined; min?: string | undefined }) => {
      const limit = v[bound];
      return limit === undefined || unitOf(v.metric) !== unit || PATTERNS[unit].test(limit);
    },
  })),
);

/** One line of the SLO: a metric of the merged result and the limits it must keep. */
export const thresholdSchema = withRules(
  z.strictObject({
    metric: textOf(
      METRIC,
      'must be responseTime.* or serviceTime.* (min, mean, max, p50, p99, p999 ...), errors, timeout, failed, dropped, unexpected, errors.KIND of docs/errors.md, status.5xx, status.503 ... or rate',
      { max: 48 },
    ).describe(
      'Metric of the result. responseTime.p99, serviceTime.mean, ...: a time (p999 is the 99.9th percentile). errors, timeout, failed, dropped or unexpected: a share of the generated arrivals. errors.ConnectionRefused: the share of one kind of error, see docs/errors.md. status.5xx or status.503: a share of the responses. rate: responses per second during the load.',
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

/** A limit as a plain number: microseconds, a share from 0 to 1, or a rate. */
export function limitValue(metric: string, limit: string): number {
  const unit = unitOf(metric);
  if (unit === 'duration') return microseconds(limit);
  return unit === 'percent' ? share(limit) : Number(limit);
}
