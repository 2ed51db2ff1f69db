import * as z from 'zod';
import { MAX_OUTCOMES, MAX_UNEXPECTED } from '../common/sizes.ts';
import { comparisonSchema, intervalsSchema } from './comparison.ts';
import { conditionSchema } from './conditions.ts';
import { ERROR_COUNTERS } from './counters.ts';
import { countsSchema } from './counts.ts';

const count = z.int().min(0);
const text = z.string().max(1024);
const time = z.string().max(64).meta({ format: 'date-time' });

/** Durations as text with three significant digits, the resolution of the histograms. */
export const timesSchema = z.strictObject({
  min: text,
  mean: text,
  p50: text,
  p90: text,
  p95: text,
  p99: text,
  p999: text,
  max: text,
});
export type Times = z.infer<typeof timesSchema>;

/** An answer that was not as expected, shortened, and without values from Secrets. */
export const unexpectedResponseSchema = z.strictObject({
  request: z.string().max(63).describe('Name of the request.'),
  status: z.int().describe('Status of the answer.'),
  body: z.string().max(256).describe('Its first 256 bytes at most; *** stands for a value from a Secret.'),
  reason: z
    .string()
    .max(256)
    .optional()
    .describe(
      'The first expectation that it does not meet, or what the script finds wrong with it; shortened and without secrets, too.',
    ),
});
export type UnexpectedResponse = z.infer<typeof unexpectedResponseSchema>;

export const loadTestStatusSchema = z.strictObject({
  observedGeneration: z.int().min(0).optional(),
  conditions: z
    .array(conditionSchema)
    .max(16)
    .optional()
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] }),
  startTime: time.optional().describe('When the operator began to make the runners.'),
  loadStartTime: time.optional().describe('When all runners began to send, by the clock of the operator.'),
  completionTime: time.optional().describe('When the result was complete.'),
  runners: z
    .strictObject({ desired: count, ready: count, succeeded: count, lost: count })
    .optional()
    .describe('The runners that are wanted, ready or past it, ended with a final report, and lost.'),
  counts: countsSchema.optional(),
  rate: z
    .strictObject({ target: text.optional(), achieved: text })
    .optional()
    .describe(
      'Per second: what an open schedule asks on average, and the responses that came (of journeys: those made to their end).',
    ),
  errorShare: text.optional().describe(`(${ERROR_COUNTERS.join(' + ')}) / generated.`),
  responseTime: timesSchema.optional().describe('From the intended arrival to the last byte; time-outs included.'),
  serviceTime: timesSchema.optional().describe('From the write of the request to the last byte; time-outs included.'),
  requests: z
    .array(
      z.strictObject({
        name: text,
        counts: countsSchema,
        responseTime: timesSchema.optional(),
        serviceTime: timesSchema.optional(),
        responses: z
          .array(z.strictObject({ status: z.int(), count }))
          .max(MAX_OUTCOMES)
          .optional()
          .describe('The ten most frequent statuses, where there are several requests.'),
        errors: z
          .array(z.strictObject({ kind: text, count }))
          .max(MAX_OUTCOMES)
          .optional()
          .describe('The ten most frequent kinds of errors, where there are several requests.'),
      }),
    )
    .max(32)
    .optional(),
  responses: z
    .array(z.strictObject({ status: z.int(), count }))
    .max(1000)
    .optional(),
  errors: z
    .array(
      z.strictObject({
        kind: text.describe('See docs/errors.md.'),
        count,
        example: text,
        first: text.optional().describe('When the first came, since the load began.'),
        last: text.optional().describe('When the last came.'),
      }),
    )
    .max(100)
    .optional(),
  unexpected: z
    .array(unexpectedResponseSchema)
    .max(MAX_UNEXPECTED)
    .optional()
    .describe(
      'Different answers that were not what `expect` asks; what is new comes before what differs in numbers and identifiers only.',
    ),
  redirects: count.optional().describe('Redirects that were followed, in addition to the requests made. Absent: none.'),
  thresholds: z
    .array(
      z.strictObject({
        metric: text,
        request: text.optional(),
        max: text.optional(),
        min: text.optional(),
        observed: text.optional(),
        passed: z.boolean(),
      }),
    )
    .max(32)
    .optional(),
  comparison: comparisonSchema.optional().describe('The result held against that of spec.compareWith.'),
  windows: intervalsSchema
    .optional()
    .describe('The run in windows of equal length, for other tests to compare with; of a run that came to its end.'),
  generator: z
    .strictObject({
      saturated: z.boolean(),
      pacingLagP99: text.optional(),
      cpu: text,
      throttled: text
        .optional()
        .describe('The share of time in which its CPU limit stopped a runner; absent: it has no limit.'),
      gcPauseMax: text.optional().describe('The longest pause for garbage collection.'),
      gcShare: text.optional().describe('The share of time that garbage collection took.'),
      transport: text.optional().describe('What made the requests: Lean, Undici or HTTP2.'),
    })
    .optional()
    .describe('How the load generator itself fared.'),
  report: z
    .strictObject({ configMapRef: z.strictObject({ name: text }) })
    .optional()
    .describe('The ConfigMap that holds the full result as `report.json`.'),
});
export type LoadTestStatus = z.infer<typeof loadTestStatusSchema>;
