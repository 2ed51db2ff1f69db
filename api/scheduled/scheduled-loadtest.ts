import * as z from 'zod';
import { API_VERSION, SCHEDULED_LOAD_TEST } from '../common/group.ts';
import { annotationsSchema, labelsSchema } from '../common/metadata/maps.ts';
import { metadataSchema } from '../common/metadata/metadata.ts';
import { MAX_SCHEDULED_LOAD_TEST_NAME, MAX_TRIGGER } from '../common/names.ts';
import { loadTestSpecSchema } from '../loadtest/loadtest.ts';
import { conditionsSchema } from '../status/conditions.ts';
import { time } from '../status/fields/scalars.ts';
import { historySchema, MAX_HISTORY } from './history.ts';
import { releaseFromSchema } from './release-from.ts';
import { scheduleSchema, timeZoneSchema } from './schedule.ts';

const historyLimit = z.int().min(0).max(100);

/** A CronJob for LoadTests: the same fields with the same meanings. */
export const scheduledLoadTestSpecSchema = z.strictObject({
  schedule: scheduleSchema.describe('Schedule in Cron format, as in a CronJob.'),
  timeZone: timeZoneSchema
    .default('Etc/UTC')
    .describe(
      'Time zone of the schedule: a name of the tz database. When clocks go forward, a skipped time has no run, as in a CronJob; when they go back, a repeated time has one run, except where minute or hour is a wildcard such as * or */15, which means intervals.',
    ),
  startingDeadlineSeconds: z
    .int()
    .min(0)
    .max(2_147_483_647)
    .optional()
    .describe('How late a missed run may still start. Default: unlimited.'),
  concurrencyPolicy: z
    .enum(['Allow', 'Forbid', 'Replace'])
    .default('Allow')
    .describe('Allow: concurrent runs. Forbid: skips a new run while one is active. Replace: replaces the active run.'),
  suspend: z
    .boolean()
    .default(false)
    .describe('While true, no scheduled time starts a run; the annotation loadtest.dev/trigger still does.'),
  successfulLoadTestsHistoryLimit: historyLimit.default(3).describe('Number of passed LoadTests to keep.'),
  failedLoadTestsHistoryLimit: historyLimit.default(1).describe('Number of ended but not passed LoadTests to keep.'),
  releaseFrom: releaseFromSchema
    .optional()
    .describe(
      'Reads the release of each run from the running pods of the target, when the run is created. Default, and where no pod has one: spec.release of the template.',
    ),
  loadTestTemplate: z
    .strictObject({
      metadata: z
        .strictObject({
          labels: labelsSchema.optional().describe('Labels of every LoadTest created.'),
          annotations: annotationsSchema.optional().describe('Annotations of every LoadTest created.'),
        })
        .optional()
        .describe('Labels and annotations of every LoadTest created.'),
      spec: loadTestSpecSchema.describe('Spec of every LoadTest created.'),
    })
    .describe('Template of the LoadTest created at each scheduled time.'),
});
export type ScheduledLoadTestSpec = z.output<typeof scheduledLoadTestSpecSchema>;

export const scheduledLoadTestStatusSchema = z.strictObject({
  observedGeneration: z.int().min(0).optional().describe('Generation of the spec that the status is about.'),
  conditions: conditionsSchema.describe(
    'Accepted: whether runs can be created, and the reason if not. Regressed: whether the newest run is worse than its baseline; absent without comparisons.',
  ),
  active: z
    .array(
      z.strictObject({
        name: z.string().max(253).describe('Name of the LoadTest.'),
        uid: z.string().max(64).describe('Its UID.'),
      }),
    )
    .max(1000)
    .optional()
    .describe('LoadTests that have not ended, oldest first.'),
  activeNames: z.string().max(65_536).optional().describe('Their names, for kubectl get.'),
  nextScheduleTime: time.optional().describe('Next scheduled time; absent while the schedule is suspended.'),
  lastScheduleTime: time.optional().describe('Latest scheduled time for which a LoadTest was created.'),
  lastSkippedTime: time
    .optional()
    .describe(
      'Latest scheduled time that was skipped: the LoadTest would have exceeded a limit, or could not start within startingDeadlineSeconds.',
    ),
  lastSuccessfulTime: time.optional().describe('When the latest passed LoadTest ended.'),
  lastTrigger: z
    .string()
    .max(MAX_TRIGGER)
    .optional()
    .describe('Value of the annotation loadtest.dev/trigger for which a run was created last, or skipped.'),
  history: historySchema
    .optional()
    .describe(`The newest ${MAX_HISTORY} ended runs, newest first; they remain when their LoadTests are deleted.`),
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
