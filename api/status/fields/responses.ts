import * as z from 'zod';
import { count, text } from './scalars.ts';

/** How often a status was received. */
export const responseCountSchema = z.strictObject({
  status: z.int().describe('Status: of HTTP from 100 on, of gRPC from 0 to 16.'),
  name: text.optional().describe('Name of the status, of gRPC only, such as UNAVAILABLE.'),
  count: count.describe('Responses with it.'),
});
