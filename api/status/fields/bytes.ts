import * as z from 'zod';
import { count } from './scalars.ts';

/** Bytes before encryption, with heads and framing. */
export const bytesSchema = z.strictObject({
  sent: count.describe('Bytes of requests.'),
  received: count.describe('Bytes of responses.'),
});
