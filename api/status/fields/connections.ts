import * as z from 'zod';
import { count } from './scalars.ts';
import { timesSchema } from './times.ts';

/** Connections to the target, and the times to open them. */
export const connectionFiguresSchema = z.strictObject({
  opened: count.describe('Connections that were opened.'),
  reused: count.describe('Requests, redirects included, sent on a connection that had carried another one.'),
  dns: timesSchema.optional().describe('Times of the resolutions of a name; absent: none.'),
  connect: timesSchema.optional().describe('Times of the TCP connects.'),
  tls: timesSchema.optional().describe('Times of the TLS handshakes; absent: none.'),
});
