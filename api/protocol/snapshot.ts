import * as z from 'zod';
import { EMPTY_HISTOGRAM, encodedHistogramSchema } from '../common/encoded-histogram.ts';
import { shownTextSchema } from '../common/shown/schema.ts';
import { MAX_KEPT_TRACES, MAX_MEASURED_ADDRESSES, MAX_UNEXPECTED } from '../common/sizes.ts';
import { MAX_EPOCH_MS } from '../common/time.ts';
import { liveCountsSchema } from '../status/counts.ts';
import { count } from '../status/fields/scalars.ts';
import { unexpectedResponseSchema } from '../status/fields/unexpected.ts';
import { boundedList } from './bounded-list.ts';

const responses = boundedList(z.object({ code: z.string().regex(/^[0-9]{1,3}$/), count }), 1000);
const use = { requests: count, connections: count };
const kind = shownTextSchema(63);
const traced = boundedList(
  z.object({
    traceId: z.string().regex(/^[0-9a-f]{32}$/),
    request: shownTextSchema(63),
    outcome: kind,
    responseTimeUs: count,
    endedAtMs: z.number().min(0).max(MAX_EPOCH_MS),
  }),
  MAX_KEPT_TRACES,
);
/** An example as in the status, of a runner's text that must be clean. */
const unexpected = unexpectedResponseSchema.strip().extend({
  request: shownTextSchema(63),
  body: shownTextSchema(256),
  reason: shownTextSchema(256).optional(),
});

/**
 * What has been measured since the load began, with histograms of the form `histogram`. All counters are cumulative. `firstByte` is the form of
 * the times that a runner of the version before does not send.
 */
export function snapshotSchemaOf<H>(histogram: z.ZodType<H>, firstByte: z.ZodType<H> = histogram) {
  const times = { responseTime: histogram, firstByte, serviceTime: histogram };
  const request = z.object({
    name: shownTextSchema(63),
    counts: liveCountsSchema,
    ...times,
    withoutGenerator: z.object(times).describe("The same requests, each with its time less the generator's own part."),
    bytes: z
      .object({ sent: count, received: count })
      .optional()
      .describe('Bytes before encryption. Absent: the transport counts none.'),
    messages: count.optional().describe('Messages of the streams that servers sent. Absent: none.'),
    events: z
      .object({ received: count, first: histogram, between: histogram })
      .optional()
      .describe('Events of streams. Absent: none so far.'),
    outcomes: z
      .object({ responses, errors: boundedList(z.object({ kind, count }), 100) })
      .optional()
      .describe('How its requests ended. Absent for the only request, whose outcomes are those of the whole snapshot.'),
  });
  return z.object({
    elapsedMs: z.number().min(0).describe('Since the load began.'),
    requests: boundedList(request, 32),
    responses,
    errors: boundedList(
      z.object({
        kind,
        count,
        example: shownTextSchema(1024),
        firstMs: z
          .number()
          .optional()
          .describe('When the first came, since the load began. Termination messages leave it out.'),
        lastMs: z.number().optional(),
      }),
      100,
    ),
    unexpected: boundedList(unexpected, MAX_UNEXPECTED).optional().describe('Examples. Absent: none.'),
    inFlightPeaks: z
      .object({
        second: count.describe('The whole second of the load that `newest` ends with.'),
        newest: boundedList(count, 16).describe('The most in flight at once in each of the newest seconds.'),
        most: count.describe('The most in flight at once since the load began.'),
      })
      .optional()
      .describe('The largest numbers of requests in flight.'),
    redirects: count.optional().describe('Redirects that were followed. Absent: none.'),
    addresses: boundedList(z.object({ address: shownTextSchema(128), ...use }), MAX_MEASURED_ADDRESSES)
      .optional()
      .describe('What went to each address. Intervals and termination messages leave it out.'),
    otherAddresses: z.object(use).optional().describe('What went to further addresses together. Absent: none.'),
    traces: z
      .object({ slowest: traced, unexpected: traced })
      .optional()
      .describe('Requests with sampled traces. Absent: without tracing, in intervals and termination messages.'),
    connections: z
      .object({ opened: count, written: count, dns: histogram, connect: histogram, tls: histogram })
      .optional()
      .describe('Connections that were opened, the requests written to them, and the times of their steps.'),
    pacingLag: histogram.describe('Actual minus intended send time.'),
    cpuMs: z.number().min(0).describe('CPU time that the generator has used since the load began.'),
    eventLoopUtilization: z.number().min(0).max(1).describe('Since the load began.'),
    throttledMs: z
      .number()
      .min(0)
      .optional()
      .describe('How long the CPU limit has stopped the runner since the load began. Absent: it has no limit.'),
    gc: z
      .object({ count, totalMs: z.number().min(0), maxMs: z.number().min(0) })
      .optional()
      .describe('Garbage collections since the load began: their number, the time of all and of the longest.'),
  });
}

/** A snapshot as a runner sends it. */
export const snapshotSchema = snapshotSchemaOf(encodedHistogramSchema, encodedHistogramSchema.default(EMPTY_HISTOGRAM));
export type SnapshotMessage = z.infer<typeof snapshotSchema>;
