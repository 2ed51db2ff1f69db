import * as z from 'zod';
import { atMostAWeek, durationSchema, positive } from '../../common/duration-schema.ts';
import { withRules } from '../../common/rule.ts';

/** The closed workload model: a number of users, each of whom waits for the response before the next request. */
export const closedLoadSchema = withRules(
  z.strictObject({
    users: z
      .int()
      .min(1)
      .max(1_000_000)
      .describe('Concurrent users over the whole test; each waits for its response before it sends again.'),
    thinkTime: withRules(durationSchema, atMostAWeek)
      .default('0s')
      .describe('Pause of a user between a response and its next request.'),
    rampUp: withRules(durationSchema, atMostAWeek)
      .default('0s')
      .describe('Time over which the users start, evenly spaced.'),
    duration: withRules(durationSchema, positive, atMostAWeek).optional().describe('Length of the load.'),
    iterations: z
      .int()
      .min(1)
      .max(1_000_000_000)
      .optional()
      .describe('Number of iterations after which the load ends, over the whole test.'),
  }),
  {
    cel: 'has(self.duration) || has(self.iterations)',
    message: 'duration or iterations must be set (with both, whichever is reached first ends the load)',
    test: (v) => v.duration !== undefined || v.iterations !== undefined,
  },
);
export type ClosedLoad = z.infer<typeof closedLoadSchema>;
