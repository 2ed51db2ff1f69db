import * as z from 'zod';
import { encodedHistogramSchema } from '../common/encoded-histogram.ts';
import { API_VERSION } from '../common/group.ts';
import { loadTestSpecSchema } from '../loadtest/loadtest.ts';
import { intervalsSchema } from '../status/comparison.ts';
import { COUNTER_NAMES, recordOf } from '../status/counters.ts';
import { countsSchema } from '../status/counts.ts';
import { loadTestStatusSchema } from '../status/loadtest-status.ts';

/** The key of the report in its ConfigMap. */
export const REPORT_KEY = 'report.json';

/** Maximum size of a report: a ConfigMap holds 1 MiB including its metadata. */
export const MAX_REPORT_DOCUMENT_BYTES = 900 * 1024;

const column = z.array(z.number().min(0)).max(20_000);
const timeColumn = z.array(z.number().min(0).nullable()).max(20_000);
const text = z.string().max(1024);

/**
 * The run over time, in columns of equal length: point i is the interval of `width[i]` seconds that ended `at[i]` seconds after the
 * start of the load. Counters are increments, which add up to those of the status; times are microseconds, null without a response.
 */
const timelineSchema = z
  .strictObject({
    at: column,
    width: column,
    ...recordOf(COUNTER_NAMES, () => column),
    inFlight: column.describe(
      'The most at once in the interval; with several threads or runners the sum of the largest number of each, an upper bound.',
    ),
    mean: timeColumn,
    p50: timeColumn,
    p90: timeColumn,
    p99: timeColumn,
    max: timeColumn,
    serviceP50: timeColumn,
    serviceP99: timeColumn,
  })
  .refine((t) => Object.values(t).every((c) => c.length === t.at.length), 'all columns must be of one length');
export type Timeline = z.infer<typeof timelineSchema>;
export const TIMELINE_COLUMNS = Object.keys(timelineSchema.shape) as readonly (keyof Timeline)[];

const timesOfRequest = z.strictObject({
  name: text,
  responseTime: encodedHistogramSchema,
  serviceTime: encodedHistogramSchema,
});

/** The full result of a LoadTest, as stored in its ConfigMap and written by `loadtest run --json`. */
export const reportDocumentSchema = z.strictObject({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal('LoadTestReport'),
  metadata: z.strictObject({ name: text, namespace: text.optional(), uid: text.optional() }),
  spec: loadTestSpecSchema,
  status: loadTestStatusSchema,
  timeline: timelineSchema,
  histograms: z
    .strictObject({
      responseTime: encodedHistogramSchema,
      serviceTime: encodedHistogramSchema,
      pacingLag: encodedHistogramSchema,
      requests: z.array(timesOfRequest).max(32),
    })
    .describe('HdrHistograms of microseconds in the V2 compressed encoding, base64.'),
  baselineWindows: intervalsSchema.optional().describe('Intervals of the baseline.'),
  runners: z
    .array(
      z.strictObject({
        index: z.int().min(0),
        state: text,
        message: text.optional(),
        node: text.optional(),
        counts: countsSchema.optional(),
        p99: text.optional().describe('99th percentile of the response time.'),
        cpu: text.optional(),
      }),
    )
    .max(1000),
  environment: z.strictObject({
    version: text.describe('Version of loadtest-operator.'),
    kubernetes: text.optional(),
    image: text.optional().describe('Image of the runners, with its digest if the node reported it.'),
    nodes: z.array(text).max(1000).optional(),
    machines: z
      .array(text)
      .max(1000)
      .optional()
      .describe('Hardware of the nodes as the runners see it, without duplicates.'),
    machine: text.optional().describe('Machine of a local run.'),
  }),
  omitted: z.array(text).max(8).describe('Parts left out because they did not fit into the ConfigMap or do not exist.'),
});
export type ReportDocument = z.infer<typeof reportDocumentSchema>;
