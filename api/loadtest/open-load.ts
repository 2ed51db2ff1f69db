import * as z from 'zod';
import { microseconds } from '../common/duration.ts';
import { atMostAWeek, positive } from '../common/duration-rules.ts';
import { durationSchema } from '../common/duration-schema.ts';
import { withRules } from '../common/rule.ts';

const MAX_RATE = 10_000_000;
const rate = z.int().min(0).max(MAX_RATE);

const stageSchema = z.strictObject({
  duration: withRules(durationSchema, atMostAWeek).describe('How long the stage lasts; 0s is a jump to its rate.'),
  rate: rate.describe('The rate that the stage ends with, reached linearly from the rate before it.'),
});

/** The open workload model: arrivals at a rate that is set, whatever the responses do. */
export const openLoadSchema = withRules(
  z.strictObject({
    startRate: rate.optional().describe("The rate before the first stage. Default: the first stage's rate."),
    stages: z
      .array(stageSchema)
      .min(1)
      .max(100)
      .describe('The rate over time: one straight line a stage, each from where the one before it ended.'),
    per: withRules(durationSchema, positive, atMostAWeek)
      .default('1s')
      .describe('The time that a rate counts arrivals for.'),
    arrivals: z
      .enum(['Uniform', 'Poisson'])
      .default('Uniform')
      .describe('Evenly spaced along the rate, or a Poisson process of that rate.'),
    seed: z.int().min(0).max(2_147_483_647).default(1).describe('The seed of the Poisson arrivals.'),
    maxInFlight: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(10_000)
      .describe(
        'Requests that may be in flight at once, over the whole test; an arrival above it is dropped and counted.',
      ),
  }),
  {
    cel: 'self.stages.exists(s, s.rate > 0) || (has(self.startRate) && self.startRate > 0)',
    message: 'at least one rate must be above 0',
    field: 'stages',
    test: (v) => v.stages.some((s) => s.rate > 0) || (v.startRate ?? 0) > 0,
  },
  {
    cel: "self.stages.exists(s, duration(s.duration) > duration('0s'))",
    message: 'at least one stage must last longer than 0s',
    field: 'stages',
    test: (v) => v.stages.some((s) => microseconds(s.duration) > 0),
  },
);
export type OpenLoad = z.infer<typeof openLoadSchema>;
