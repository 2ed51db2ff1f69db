import { z } from 'zod';
import { API_VERSION, SCHEDULED_LOAD_TEST } from './group.ts';
import { loadTestSpecSchema, metadataSchema } from './loadtest.ts';

const time = z.string().max(64).meta({ format: 'date-time' });
const historyLimit = z.int().min(0).max(100);

/** CronJob's fields and meanings, making LoadTests. */
export const scheduledLoadTestSpecSchema = z.strictObject({
  schedule: z.string().min(1).max(256).describe('In Cron format, as for a CronJob.'),
  timeZone: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe('A name of the tz database, e.g. Europe/Zurich. Default: Etc/UTC.'),
  startingDeadlineSeconds: z
    .int()
    .min(0)
    .max(2_147_483_647)
    .optional()
    .describe('How late a missed run may still start. Default: without limit.'),
  concurrencyPolicy: z
    .enum(['Allow', 'Forbid', 'Replace'])
    .default('Allow')
    .describe('Allow runs beside each other, skip a new one, or replace the one that runs.'),
  suspend: z.boolean().default(false).describe('While true, no new runs start.'),
  successfulLoadTestsHistoryLimit: historyLimit.default(3),
  failedLoadTestsHistoryLimit: historyLimit.default(1),
  loadTestTemplate: z.strictObject({
    metadata: z
      .strictObject({
        labels: z.record(z.string(), z.string().max(63)).optional(),
        annotations: z.record(z.string(), z.string().max(4096)).optional(),
      })
      .optional(),
    spec: loadTestSpecSchema,
  }),
});
export type ScheduledLoadTestSpec = z.output<typeof scheduledLoadTestSpecSchema>;

export const scheduledLoadTestStatusSchema = z.strictObject({
  active: z
    .array(z.strictObject({ name: z.string().max(253), uid: z.string().max(64) }))
    .max(1000)
    .optional(),
  lastScheduleTime: time.optional(),
  lastSuccessfulTime: time.optional(),
  history: z
    .array(
      z.strictObject({
        name: z.string().max(253),
        passed: z.enum(['True', 'False', 'Unknown']),
        rate: z.string().max(32).optional(),
        p99: z.string().max(32).optional(),
      }),
    )
    .max(200)
    .optional()
    .describe('Ended runs, newest first.'),
});
export type ScheduledLoadTestStatus = z.infer<typeof scheduledLoadTestStatusSchema>;

export const scheduledLoadTestSchema = z.strictObject({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal(SCHEDULED_LOAD_TEST.kind),
  metadata: metadataSchema,
  spec: scheduledLoadTestSpecSchema,
  status: scheduledLoadTestStatusSchema.optional(),
});
export type ScheduledLoadTest = z.output<typeof scheduledLoadTestSchema>;
