import * as z from 'zod';
import { encodedHistogramSchema } from '../common/encoded-histogram.ts';
import { API_VERSION } from '../common/group.ts';
import { loadTestSpecSchema } from '../loadtest/loadtest.ts';
import { intervalsSchema } from '../status/comparison.ts';
import { COUNTER_NAMES, recordOf } from '../status/counters.ts';
import { countsSchema } from '../status/counts.ts';
import { text } from '../status/fields/scalars.ts';
import { loadTestStatusSchema } from '../status/loadtest-status.ts';
import { resultSchema } from './result.ts';

/** The key of the report in its ConfigMap. */
export const REPORT_KEY = 'report.json';

/** Maximum size of a report: a ConfigMap holds 1 MiB including its metadata. */
export const MAX_REPORT_DOCUMENT_BYTES = 900 * 1024;

const column = z.array(z.number().min(0)).max(20_000);
const countColumn = z.array(z.int().min(0)).max(20_000);
const timeColumn = z
  .array(z.number().min(0).nullable())
  .max(20_000)
  .describe('Response times, or service times where the name says so; null without a response.');

/** The run over time, in columns of equal length. */
const timelineSchema = z
  .strictObject({
    untilSeconds: column.describe('The end of each interval, since the load began.'),
    widthSeconds: column.describe('The length of each interval.'),
    ...recordOf(COUNTER_NAMES, () => countColumn.describe('Increments, which add up to the counter of the status.')),
    inFlight: countColumn.describe(
      'The most at once in the interval; with several threads or runners the sum of the largest number of each, an upper bound.',
    ),
    meanMs: timeColumn,
    p50Ms: timeColumn,
    p90Ms: timeColumn,
    p99Ms: timeColumn,
    maxMs: timeColumn,
    serviceP50Ms: timeColumn,
    serviceP99Ms: timeColumn,
  })
  .refine((t) => Object.values(t).every((c) => c.length === t.untilSeconds.length), 'all columns must be of one length')
  .describe('The run over time, in columns of equal length: value i is that of interval i.');
export type Timeline = z.infer<typeof timelineSchema>;
export const TIMELINE_COLUMNS = Object.keys(timelineSchema.shape) as readonly (keyof Timeline)[];

const timesOfRequest = z.strictObject({
  name: text,
  responseTime: encodedHistogramSchema,
  firstByte: encodedHistogramSchema.optional(),
  serviceTime: encodedHistogramSchema,
});

/**
 * The full result of a LoadTest, as stored in its ConfigMap and written by `loadtest run --json`. `apiVersion` is its version: within one, no
 * field changes its name, its unit or its meaning.
 */
export const reportDocumentSchema = z.strictObject({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal('LoadTestReport'),
  metadata: z.strictObject({ name: text, namespace: text.optional(), uid: text.optional() }),
  spec: loadTestSpecSchema,
  status: loadTestStatusSchema,
  result: resultSchema,
  timeline: timelineSchema,
  histograms: z
    .strictObject({
      responseTime: encodedHistogramSchema,
      firstByte: encodedHistogramSchema.optional(),
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
        p99Ms: z.number().min(0).optional().describe('99th percentile of the response time.'),
        cpuCores: z.number().min(0).optional().describe('Cores in use, on average.'),
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
