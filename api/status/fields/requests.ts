import * as z from 'zod';
import { MAX_OUTCOMES } from '../../common/sizes.ts';
import { countsSchema } from '../counts.ts';
import { bytesSchema } from './bytes.ts';
import { responseCountSchema } from './responses.ts';
import { count, text } from './scalars.ts';
import { timesSchema } from './times.ts';

/** The result of each request of the spec. */
export const requestResultsSchema = z
  .array(
    z.strictObject({
      name: text.describe('Name of the request.'),
      counts: countsSchema.describe('Its counters.'),
      responseTime: timesSchema.optional().describe('From the intended arrival to the last byte.'),
      events: z
        .strictObject({
          received: count.describe('Events that were received.'),
          first: timesSchema.optional().describe('From the intended arrival to the first event of a stream.'),
          between: timesSchema.optional().describe('From an event to the next one of its stream.'),
        })
        .optional()
        .describe('Server-sent events, or messages of gRPC streams, with expect.events or eventsFor; absent: none.'),
      messages: count.optional().describe('Messages of its streams that the server sent; absent: none.'),
      bytes: bytesSchema.optional().describe('Its bytes before encryption.'),
      firstByte: timesSchema.optional().describe('From the intended arrival to the first byte of the response.'),
      serviceTime: timesSchema.optional().describe('From the write of the request to the last byte.'),
      responses: z
        .array(responseCountSchema)
        .max(MAX_OUTCOMES)
        .optional()
        .describe('The ten most frequent statuses; absent for a single request.'),
      errors: z
        .array(z.strictObject({ kind: text.describe('Kind of error.'), count: count.describe('Requests with it.') }))
        .max(MAX_OUTCOMES)
        .optional()
        .describe('The ten most frequent kinds of errors; absent for a single request.'),
    }),
  )
  .max(32);
