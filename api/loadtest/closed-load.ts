import * as z from 'zod';
import { atMostAWeek, positive } from '../common/duration-rules.ts';
import { durationSchema } from '../common/duration-schema.ts';
import { withRules } from '../common/rule.ts';

/** The closed workload model: a number of users, each of whom waits for the response before the next request. */
export const closedLoadSchema = withRules(
  z.strictObject({
    users: z.int().min(1).max(1_000_000).describe('Users at once, each waiting for its response, over the whole test.'),
    thinkTime: withRules(durationSchema, atMostAWeek)
      .default('0s')
      .describe('Pause of a user between a response and its next request.'),
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
export type ClosedLoad = z.infer<typeof closedLoadSchema>;
