import * as z from 'zod';
import { countsSchema } from '../status/counts.ts';
import { THRESHOLD_OUTCOMES, VERDICT_WORDS } from '../status/verdict.ts';

const number = z.number().min(0);
const text = z.string().max(8192);

const timesSchema = z.strictObject({
  minMs: number,
  meanMs: number,
  p50Ms: number,
  p90Ms: number,
  p95Ms: number,
  p99Ms: number,
  p999Ms: number,
  maxMs: number,
});
export type TimesMs = z.infer<typeof timesSchema>;

const requestResultSchema = z.strictObject({
  name: text,
  method: text,
  path: text
    .optional()
    .describe("As in the spec, and of a gRPC call its service and method; absent: the target's URL unchanged."),
  responsesPerSecond: number.optional().describe('Responses during the load.'),
  counts: countsSchema,
  events: z
    .strictObject({ received: z.int().min(0), first: timesSchema.optional(), between: timesSchema.optional() })
    .optional()
    .describe('Server-sent events, or messages of gRPC streams, with expect.events or eventsFor.'),
  sentBytes: z.int().min(0).optional(),
  receivedBytes: z.int().min(0).optional(),
  responseTime: timesSchema.optional(),
  firstByte: timesSchema.optional(),
  serviceTime: timesSchema.optional(),
});
export type RequestResult = z.infer<typeof requestResultSchema>;

/**
 * The figures of a status as numbers, whose names end with their units. Shares are from 0 to 1. A figure that was not measured is absent.
 */
export const resultSchema = z
  .strictObject({
    verdict: z.enum(VERDICT_WORDS),
    loadSeconds: number.optional().describe('The length of the load, or the time until it was stopped.'),
    targetPerSecond: number.optional().describe('Average target rate of an open load.'),
    achievedPerSecond: number
      .optional()
      .describe('Responses during the load; with requestOrder Sequential: iterations completed.'),
    capacityPerSecond: number.optional().describe('What a capacity search has found.'),
    capacityLowPerSecond: number.optional().describe('Highest rate of the search at which every threshold held.'),
    capacityHighPerSecond: number.optional().describe('Lowest rate of the search at which one did not.'),
    counts: countsSchema.optional(),
    maxInFlight: z.int().min(0).optional(),
    errorShare: number.optional().describe('The errors among what has ended.'),
    responseTime: timesSchema
      .optional()
      .describe('From the intended arrival to the last byte, including requests that timed out.'),
    firstByte: timesSchema
      .optional()
      .describe('From the intended arrival to the first byte, including requests that timed out before it.'),
    serviceTime: timesSchema
      .optional()
      .describe('From the write of the request to the last byte, including requests that timed out.'),
    sentBytes: z.int().min(0).optional().describe('Before encryption.'),
    receivedBytes: z.int().min(0).optional().describe('Before encryption.'),
    connections: z
      .strictObject({
        opened: z.int().min(0),
        reused: z.int().min(0).describe('Requests sent on a connection that had carried another one.'),
        dns: timesSchema.optional().describe('The resolutions of a name.'),
        connect: timesSchema.optional().describe('The TCP connects.'),
        tls: timesSchema.optional().describe('The TLS handshakes.'),
      })
      .optional(),
    requests: z.array(requestResultSchema).max(32),
    thresholds: z
      .array(
        z.strictObject({
          metric: text,
          request: text.optional(),
          outcome: z.enum(THRESHOLD_OUTCOMES),
          observedMs: number.optional().describe('The observed value of a time.'),
          observedShare: number.optional().describe('The observed value of a share.'),
          observedPerSecond: number.optional().describe('The observed value of a rate.'),
        }),
      )
      .max(32),
    generator: z
      .strictObject({
        saturated: z.boolean(),
        pacingLagP99Ms: number.optional(),
        cpuCores: number.describe('Cores in use, the average of the runners.'),
        throttledShare: number.optional(),
        gcPauseMaxMs: number.optional(),
        gcShare: number.optional(),
      })
      .optional(),
  })
  .describe('The figures of the status as numbers; the end of a name is the unit. Shares are from 0 to 1.');
export type ResultNumbers = z.infer<typeof resultSchema>;
