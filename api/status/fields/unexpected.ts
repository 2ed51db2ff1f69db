import * as z from 'zod';
import { MAX_SHOWN_BYTES } from '../../common/sizes.ts';

/** An unexpected response, truncated and with values from Secrets redacted. */
export const unexpectedResponseSchema = z.strictObject({
  request: z.string().max(63).describe('Name of the request.'),
  status: z.int().describe('Status of the response.'),
  body: z
    .string()
    .max(MAX_SHOWN_BYTES)
    .describe('At most the first 256 bytes of the body; *** replaces a value from a Secret.'),
  reason: z
    .string()
    .max(MAX_SHOWN_BYTES)
    .optional()
    .describe(
      'The first expectation that the response does not meet, or the objection of the script; truncated and redacted, too.',
    ),
  count: z
    .int()
    .min(1)
    .optional()
    .describe(
      'Responses like this, at least: of the same request, status and reason apart from numbers and identifiers. Absent: not counted.',
    ),
});
export type UnexpectedResponse = z.infer<typeof unexpectedResponseSchema>;
