import * as z from 'zod';
import { shownTextSchema } from '../common/shown/schema.ts';
import { MAX_EPOCH_MS } from '../common/time.ts';
import { count } from '../status/fields/scalars.ts';
import { PHASES } from './runner-update.ts';

/**
 * A final snapshot small enough for /dev/termination-log, which Kubernetes copies into the pod's status however the container ends:
 * JSON of this form, deflated, as base64. The requests are in the order of the spec, without their names.
 */
export const MAX_TERMINATION_MESSAGE_BYTES = 4096;

/** Pairs of numbers: the distance of a bucket from the previous one, and its count. */
const buckets = z.custom<number[]>(isPairs, 'must be pairs of whole numbers');

function isPairs(value: unknown): boolean {
  if (!Array.isArray(value) || value.length > 2 * 23 * 1024 || value.length % 2 !== 0) return false;
  return value.every((number) => Number.isSafeInteger(number) && number >= 0);
}

const times = { responseTime: buckets, firstByte: buckets, serviceTime: buckets };

/** One number for each of `counters`. */
const counts = z.array(count).max(64);

const responses = z.array(z.tuple([z.int().min(0).max(999), count])).max(1000);
const kind = shownTextSchema(63);

export const terminationMessageSchema = z.object({
  version: z.literal(4),
  counters: z
    .array(z.string().max(63))
    .max(64)
    .describe('What `counts` are: the counters of the version that wrote the message.'),
  phase: z.enum(PHASES),
  message: shownTextSchema(4096).optional(),
  startedAtMs: z.number().min(0).max(MAX_EPOCH_MS).optional(),
  elapsedMs: z.number().min(0),
  requests: z
    .array(
      z.object({
        counts,
        ...times,
        withoutGenerator: z.object(times),
        bytes: z.tuple([count, count]).optional(),
        messages: count.optional(),
        outcomes: z.tuple([responses, z.array(z.tuple([kind, count])).max(100)]).optional(),
      }),
    )
    .max(32),
  responses,
  errors: z.array(z.tuple([kind, count, shownTextSchema(1024)])).max(100),
  mostInFlight: count.optional(),
  redirects: count.optional(),
  connections: z.tuple([count, count]).optional(),
  pacingLag: buckets,
  cpuMs: z.number().min(0),
  eventLoopUtilization: z.number().min(0).max(1),
  throttledMs: z.number().min(0).optional(),
  gc: z.tuple([count, z.number().min(0), z.number().min(0)]).optional(),
});
export type TerminationMessage = z.infer<typeof terminationMessageSchema>;
