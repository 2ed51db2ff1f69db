import * as z from 'zod';
import { API_VERSION, SCHEDULED_LOAD_TEST } from '../common/group.ts';
import { metadataSchema } from '../common/metadata.ts';
import { annotationsSchema, labelsSchema } from '../common/metadata-maps.ts';
import { MAX_SCHEDULED_LOAD_TEST_NAME } from '../common/names.ts';
import { loadTestSpecSchema } from '../loadtest/loadtest.ts';
import { conditionSchema } from '../status/conditions.ts';
import { scheduleSchema, timeZoneSchema } from './schedule.ts';

const time = z.string().max(64).meta({ format: 'date-time' });
const historyLimit = z.int().min(0).max(100);

/** CronJob's fields and meanings, making LoadTests. */
export const scheduledLoadTestSpecSchema = z.strictObject({
  schedule: scheduleSchema.describe('When runs start, in Cron format, as for a CronJob.'),
  timeZone: timeZoneSchema
    .default('Etc/UTC')
    .describe(
      'The time zone of the schedule: a name of the tz database. A time that its clock leaves out, when it is put forward, is left out, as by a CronJob; one that it shows twice, when it is put back, comes once.',
    ),
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
  successfulLoadTestsHistoryLimit: historyLimit.default(3).describe('How many LoadTests that passed are kept.'),
  failedLoadTestsHistoryLimit: historyLimit
    .default(1)
    .describe('How many LoadTests that ended without passing are kept.'),
  loadTestTemplate: z
    .strictObject({
      metadata: z
        .strictObject({
          labels: labelsSchema.optional().describe('Labels of every LoadTest that is made.'),
          annotations: annotationsSchema.optional().describe('Annotations of every LoadTest that is made.'),
        })
        .optional()
        .describe('Labels and annotations of every LoadTest that is made.'),
      spec: loadTestSpecSchema.describe('The spec of every LoadTest that is made.'),
    })
    .describe('The LoadTest that is made at each time of the schedule.'),
});
export type ScheduledLoadTestSpec = z.output<typeof scheduledLoadTestSpecSchema>;

export const scheduledLoadTestStatusSchema = z.strictObject({
  observedGeneration: z.int().min(0).optional(),
  conditions: z
    .array(conditionSchema)
    .max(16)
    .optional()
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] })
    .describe('Accepted: whether runs can be made; if not, why.'),
  active: z
    .array(z.strictObject({ name: z.string().max(253), uid: z.string().max(64) }))
    .max(1000)
    .optional()
    .describe('LoadTests that have not ended, oldest first.'),
  lastScheduleTime: time.optional().describe('The time of the schedule that a LoadTest was last made for.'),
  lastSkippedTime: time
    .optional()
    .describe('The time of the schedule that was last passed without a LoadTest, as it would have exceeded a limit.'),
  lastSuccessfulTime: time.optional().describe('When a LoadTest that passed last ended.'),
  history: z
    .array(
      z.strictObject({
        name: z.string().max(253),
        passed: z.enum(['True', 'False', 'Unknown']).describe('Unknown: inconclusive.'),
        completionTime: time.optional().describe('When the run ended.'),
        rate: z.string().max(32).optional().describe('Responses a second.'),
        p99: z.string().max(32).optional().describe('99th percentile of the response time.'),
      }),
    )
    .max(20)
    .optional()
    .describe('Ended runs, newest first; the newest 20 stay here when their LoadTests are gone.'),
});
export type ScheduledLoadTestStatus = z.infer<typeof scheduledLoadTestStatusSchema>;

export const scheduledLoadTestSchema = z.strictObject({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal(SCHEDULED_LOAD_TEST.kind),
  metadata: metadataSchema(MAX_SCHEDULED_LOAD_TEST_NAME),
  spec: scheduledLoadTestSpecSchema,
  status: scheduledLoadTestStatusSchema.optional(),
});
export type ScheduledLoadTest = z.output<typeof scheduledLoadTestSchema>;
