import * as z from 'zod';
import { encodedHistogramSchema } from '../common/encoded-histogram.ts';
import { shownTextSchema } from '../common/shown/schema.ts';
import { MAX_UNEXPECTED } from '../common/sizes.ts';
import { liveCountsSchema } from '../status/counts.ts';
import { unexpectedResponseSchema } from '../status/loadtest-status.ts';

const count = z.int().min(0);
const responses = z.array(z.strictObject({ code: z.string().regex(/^[0-9]{1,3}$/), count })).max(1000);
const kind = shownTextSchema(63);
/** An example as in the status, of a runner's text that must be clean. */
const unexpected = unexpectedResponseSchema.extend({
  request: shownTextSchema(63),
  body: shownTextSchema(256),
  reason: shownTextSchema(256).optional(),
});
const times = { responseTime: encodedHistogramSchema, serviceTime: encodedHistogramSchema };

/** What one runner has measured since the load began. All counters are cumulative. */
export const snapshotSchema = z.strictObject({
  elapsedMs: z.number().min(0).describe('Since the load began.'),
  requests: z
    .array(
      z.strictObject({
        name: shownTextSchema(63),
        counts: liveCountsSchema,
        ...times,
        withoutGenerator: z
          .strictObject(times)
          .describe("The same requests, each with its time less the generator's own part."),
        outcomes: z
          .strictObject({ responses, errors: z.array(z.strictObject({ kind, count })).max(100) })
          .optional()
          .describe(
            'How its requests ended. Absent for the only request, whose outcomes are those of the whole snapshot.',
          ),
      }),
    )
    .max(32),
  responses,
  errors: z
    .array(
      z.strictObject({
        kind,
        count,
        example: shownTextSchema(1024),
        firstMs: z
          .number()
          .optional()
          .describe('When the first came, since the load began. Termination messages leave it out.'),
        lastMs: z.number().optional(),
      }),
    )
    .max(100),
  unexpected: z.array(unexpected).max(MAX_UNEXPECTED).optional().describe('Examples. Absent: none.'),
  inFlightPeaks: z
    .strictObject({
      second: count.describe('The whole second of the load that `newest` ends with.'),
      newest: z.array(count).max(16).describe('The most in flight at once in each of the newest seconds.'),
      most: count.describe('The most in flight at once since the load began.'),
    })
    .optional()
    .describe('The largest numbers of requests in flight.'),
  redirects: count.optional().describe('Redirects that were followed. Absent: none.'),
  pacingLag: encodedHistogramSchema.describe('Actual minus intended send time.'),
  cpuMs: z.number().min(0).describe('CPU time that the generator has used since the load began.'),
  eventLoopUtilization: z.number().min(0).max(1).describe('Since the load began.'),
  throttledMs: z
    .number()
    .min(0)
    .optional()
    .describe('How long the CPU limit has stopped the runner since the load began. Absent: it has no limit.'),
  gc: z
    .strictObject({ count, totalMs: z.number().min(0), maxMs: z.number().min(0) })
    .optional()
    .describe('Garbage collections since the load began: their number, the time of all and of the longest.'),
});
export type SnapshotMessage = z.infer<typeof snapshotSchema>;
