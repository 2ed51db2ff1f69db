import * as z from 'zod';
import { microseconds } from '../common/duration.ts';
import { durationSchema } from '../common/duration-schema.ts';
import { withRules } from '../common/rule.ts';
import { templateSchema } from './pod/template.ts';

export const runnersSchema = z.strictObject({
  replicas: z
    .int()
    .min(1)
    .max(1000)
    .default(1)
    .describe('Number of runner pods; each generates an equal share of the load.'),
  onLoss: z
    .enum(['Fail', 'Continue'])
    .default('Fail')
    .describe(
      'What happens when a runner is lost during the load: Fail ends the test, Continue continues it. Both report the missing load.',
    ),
  readyTimeout: withRules(durationSchema, {
    cel: "duration(self) > duration('0s') && duration(self) <= duration('24h')",
    message: 'must be above 0s and at most 24h',
    test: (text) => microseconds(text) > 0 && microseconds(text) <= 24 * 3600e6,
  })
    .default('5m')
    .describe('Time within which all runners must be ready; otherwise the test ends without load.'),
  logSamples: z
    .boolean()
    .default(false)
    .describe('Writes one CSV line per request to the log of the runner, for analysis by other tools. Costs CPU.'),
  template: templateSchema.optional().describe('Settings of the runner pods.'),
});
export type Runners = z.infer<typeof runnersSchema>;
