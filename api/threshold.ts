import { z } from 'zod';
import { DURATION_PATTERN, microseconds } from './duration.ts';
import { NUMBER_PATTERN, PERCENT_PATTERN, share } from './quantity.ts';
import { celPattern, textOf, withRules } from './rule.ts';

/** What a metric's limits are written in. */
export type Unit = 'duration' | 'percent' | 'number';

const METRIC = /^((responseTime|serviceTime)[.](min|mean|max|p[1-9][0-9]{0,4})|errors|rate)$/;

/** The unit of a metric that has passed {@link thresholdSchema}. */
export function unitOf(metric: string): Unit {
  if (metric === 'rate') return 'number';
  return metric === 'errors' ? 'percent' : 'duration';
}

const PATTERNS: Record<Unit, RegExp> = { duration: DURATION_PATTERN, percent: PERCENT_PATTERN, number: NUMBER_PATTERN };
const LIMIT_UNITS: Record<Unit, string> = {
  duration: 'a duration such as 250ms for a time',
  percent: 'a percentage such as "0.5%" for errors',
  number: 'a number such as "480" for rate',
};
const UNIT_CEL: Record<Unit, string> = {
  duration: "self.metric in ['errors', 'rate']",
  percent: "self.metric != 'errors'",
  number: "self.metric != 'rate'",
};

/** A limit is written in the unit of its metric: one rule a unit and a bound. */
const unitRules = (['duration', 'percent', 'number'] as const).flatMap((unit) =>
  (['max', 'min'] as const).map((bound) => ({
    cel: `!has(self.${bound}) || ${UNIT_CEL[unit]} || self.${bound}.matches(${celPattern(PATTERNS[unit])})`,
    message: `${bound} must be ${LIMIT_UNITS[unit]}`,
    field: bound,
    test: (v: { metric: string; max?: string; min?: string }) => {
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
      'must be responseTime.* or serviceTime.* (min, mean, max, p50, p99, p999 ...), errors or rate',
      { max: 32 },
    ).describe('responseTime.p99, serviceTime.mean, errors, rate ...; p999 is the 99.9th percentile.'),
    max: z.string().min(1).max(32).optional().describe('The metric must not exceed this.'),
    min: z.string().min(1).max(32).optional().describe('The metric must reach this.'),
  }),
  {
    cel: 'has(self.max) || has(self.min)',
    message: 'max or min must be set',
    test: (v) => v.max !== undefined || v.min !== undefined,
  },
  ...unitRules,
);
export type Threshold = z.infer<typeof thresholdSchema>;

/** A limit as a plain number: microseconds, a share from 0 to 1, or a rate. */
export function limitValue(metric: string, limit: string): number {
  const unit = unitOf(metric);
  if (unit === 'duration') return microseconds(limit);
  return unit === 'percent' ? share(limit) : Number(limit);
}
