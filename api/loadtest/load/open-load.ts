import * as z from 'zod';
import { microseconds } from '../../common/duration.ts';
import { atMostAWeek, durationSchema, positive } from '../../common/duration-schema.ts';
import { withRules } from '../../common/rule.ts';
import { arrivalFields } from './arrival-fields.ts';

const MAX_RATE = 10_000_000;
const rate = z.int().min(0).max(MAX_RATE);

const stageSchema = z.strictObject({
  duration: withRules(durationSchema, atMostAWeek).describe('Length of the stage; 0s jumps to its rate.'),
  rate: rate.describe('Rate at the end of the stage, reached linearly from the previous rate.'),
});

/** The open workload model: arrivals at a rate that is set, whatever the responses do. */
export const openLoadSchema = withRules(
  z.strictObject({
    startRate: rate.optional().describe("Rate before the first stage. Default: the first stage's rate."),
    stages: z
      .array(stageSchema)
      .min(1)
      .max(100)
      .describe('Rate over time: one linear ramp per stage, each starting where the previous one ended.'),
    per: withRules(durationSchema, positive, atMostAWeek).default('1s').describe('Time unit of the rates.'),
    ...arrivalFields('of the given rate'),
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
