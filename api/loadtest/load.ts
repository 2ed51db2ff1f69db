import * as z from 'zod';
import { microseconds } from '../common/duration.ts';
import { durationSchema } from '../common/duration-schema.ts';
import { withRules } from '../common/rule.ts';

const MAX_RATE = 10_000_000;
const rate = z.int().min(0).max(MAX_RATE);

const positive = {
  cel: "duration(self) > duration('0s')",
  message: 'must be above 0s',
  test: (text: string) => microseconds(text) > 0,
};
export const atMostAWeek = {
  cel: "duration(self) <= duration('168h')",
  message: 'must be at most 168h',
  test: (text: string) => microseconds(text) <= 168 * 3600e6,
};

const stageSchema = z.strictObject({
  duration: withRules(durationSchema, atMostAWeek).describe('How long the stage lasts; 0s is a jump to its rate.'),
  rate: rate.describe('The rate that the stage ends with, reached linearly from the rate before it.'),
});
export type Stage = z.infer<typeof stageSchema>;

const openSchema = withRules(
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
    seed: z.int().min(0).max(2_147_483_647).default(1).describe('What the Poisson arrivals are drawn from.'),
    maxInFlight: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(10_000)
      .describe(
        'Requests that may wait for their answers at once, over the whole test; an arrival above it is dropped and counted.',
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
export type OpenLoad = z.infer<typeof openSchema>;

const closedSchema = withRules(
  z.strictObject({
    users: z.int().min(1).max(1_000_000).describe('Users at once, each waiting for its answer, over the whole test.'),
    thinkTime: withRules(durationSchema, atMostAWeek)
      .default('0s')
      .describe('Pause of a user between an answer and its next request.'),
    rampUp: withRules(durationSchema, atMostAWeek)
      .default('0s')
      .describe('The time over which the users begin, evenly, one after the other.'),
    duration: withRules(durationSchema, positive, atMostAWeek).optional().describe('When the load ends.'),
    iterations: z
      .int()
      .min(1)
      .max(1_000_000_000)
      .optional()
      .describe('Requests after which the load ends, over the whole test.'),
  }),
  {
    cel: 'has(self.duration) || has(self.iterations)',
    message: 'duration or iterations must be set (with both, the first to come ends the load)',
    test: (v) => v.duration !== undefined || v.iterations !== undefined,
  },
);
export type ClosedLoad = z.infer<typeof closedSchema>;

/** How much load there is, and whether it waits for answers: the open or the closed workload model. */
export const loadSchema = withRules(
  z.strictObject({
    type: z.enum(['Open', 'Closed']).describe('Open: arrivals do not wait for answers. Closed: users do.'),
    open: openSchema.optional().describe('The open workload model: a rate of arrivals.'),
    closed: closedSchema.optional().describe('The closed workload model: a number of users.'),
    gracefulStop: withRules(durationSchema, atMostAWeek)
      .optional()
      .describe(
        'How long requests may go on when the load has ended; what is still in flight then is cut off and counted as aborted. Default: every request has its whole time-out.',
      ),
  }),
  {
    cel: "has(self.open) == (self.type == 'Open')",
    message: 'open must be set when type is Open, and only then',
    field: 'open',
    test: (v) => (v.open !== undefined) === (v.type === 'Open'),
  },
  {
    cel: "has(self.closed) == (self.type == 'Closed')",
    message: 'closed must be set when type is Closed, and only then',
    field: 'closed',
    test: (v) => (v.closed !== undefined) === (v.type === 'Closed'),
  },
);
export type Load = z.infer<typeof loadSchema>;
