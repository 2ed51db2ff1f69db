import * as z from 'zod';
import { atMostAWeek, durationSchema } from '../../common/duration-schema.ts';
import { textOf, withRules } from '../../common/rule.ts';
import { GRPC_STATUSES } from '../../status/grpc-statuses.ts';
import { STATUS_MESSAGE, STATUS_TEMPLATE } from '../http-names.ts';
import { headerNameSchema, pointerSchema, regexSchema } from './patterns.ts';

const headerExpectation = withRules(
  z.strictObject({
    name: headerNameSchema,
    value: z.string().max(1024).optional().describe('Exact value that the header must have.'),
    matches: regexSchema.optional().describe('Regular expression that must match somewhere in the value.'),
  }),
  {
    cel: 'has(self.value) != has(self.matches)',
    message: 'exactly one of value and matches must be set',
    test: (v) => (v.value === undefined) !== (v.matches === undefined),
  },
);

const GRPC_STATUS = new RegExp(`^(${GRPC_STATUSES.join('|')}|[0-9]|1[0-6])$`);

/** `requests[].expect`: the properties that a response must have. */
export const expectSchema = z.strictObject({
  status: z
    .array(textOf(STATUS_TEMPLATE, `${STATUS_MESSAGE}, or a column such as \${data.status}`, { max: 72 }))
    .min(1)
    .max(16)
    .optional()
    .describe(
      'Expected statuses such as "200" and classes such as "2xx"; ${data.column} takes one from the row. Default: every status below 400.',
    ),
  grpcStatus: z
    .array(
      textOf(GRPC_STATUS, 'must be a status of gRPC, such as "NOT_FOUND" or "5"', {
        max: 32,
      }),
    )
    .min(1)
    .max(17)
    .optional()
    .describe('Expected statuses of a gRPC call by name or number, such as "NOT_FOUND" or "5". Default: OK.'),
  headers: z
    .array(headerExpectation)
    .min(1)
    .max(16)
    .optional()
    .describe('Headers that the response must have; of a gRPC call, metadata before or after its messages.'),
  bodyContains: z
    .string()
    .min(1)
    .max(1024)
    .optional()
    .describe(
      'Text that the body must contain. Bodies are decoded first (gzip, deflate, br, zstd). The body of a gRPC call is its message as JSON, of a stream the list of its messages, without fields that have their default value, such as 0.',
    ),
  bodyMatches: regexSchema.optional().describe('Regular expression that must match somewhere in the body.'),
  json: z
    .array(
      z.strictObject({
        pointer: pointerSchema.describe('JSON Pointer (RFC 6901) into the body, such as /items/0/id.'),
        value: z
          .string()
          .max(1024)
          .describe('Expected value: a string as it is, anything else as JSON, such as "3" or "true".'),
      }),
    )
    .min(1)
    .max(16)
    .optional()
    .describe('Values that the JSON body must contain.'),
  events: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe(
      'For server-sent events, and the messages of a gRPC stream: the response is complete after so many, and its connection or stream is closed. One that ends with fewer is unexpected. A call that is complete before its server ends it has no status to expect, and counts as OK.',
    ),
  eventsFor: withRules(durationSchema, atMostAWeek)
    .optional()
    .describe(
      'For server-sent events, and the messages of a gRPC stream: the response is complete so long after its head, and a call so long after it was sent, which must be before target.timeout. With events, it must have had so many by then; without, it must not end by itself.',
    ),
  maxBodyBytes: z
    .int()
    .min(0)
    .max(64 * 1024 * 1024)
    .optional()
    .describe(
      'Largest body that is read to its end; a larger one is an error, BodyTooLarge. Default: unlimited, but 1 MiB when the body must be buffered to match, decode or extract from it.',
    ),
});
export type Expect = z.infer<typeof expectSchema>;
