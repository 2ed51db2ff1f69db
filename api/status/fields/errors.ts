import * as z from 'zod';
import { count, text } from './scalars.ts';

/** Errors by kind. */
export const errorsSchema = z
  .array(
    z.strictObject({
      kind: text.describe('Kind of error; see docs/errors.md.'),
      count: count.describe('Requests with it.'),
      example: text.describe('Message of one of them.'),
      first: text.optional().describe('Time of the first occurrence, since the load began.'),
      last: text.optional().describe('Time of the last occurrence, since the load began.'),
    }),
  )
  .max(100);
