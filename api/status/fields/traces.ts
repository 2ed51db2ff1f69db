import * as z from 'zod';
import { textOf } from '../../common/rule.ts';
import { MAX_KEPT_TRACES } from '../../common/sizes.ts';
import { text } from './scalars.ts';

/** The address of a trace in a tracing backend. */
const TRACE_URL = /^https?:[/][/][!#-;=?-[\]_a-z{|}~]+$/;

/** Requests with sampled traces that are worth a look. */
export const tracesSchema = z
  .array(
    z.strictObject({
      kept: z
        .enum(['Slowest', 'Unexpected'])
        .describe('Slowest: one of the slowest requests. Unexpected: an unexpected response or an error.'),
      traceId: z.string().max(32).describe('Identifier of the trace.'),
      request: text.describe('Name of the request.'),
      outcome: text.describe('Status of the response, or kind of error.'),
      responseTime: text.describe('From the intended arrival to the end.'),
      link: textOf(TRACE_URL, 'must be an http or https URL', { max: 2048 })
        .optional()
        .describe('Its address, by target.tracing.link.'),
    }),
  )
  .max(2 * MAX_KEPT_TRACES);
