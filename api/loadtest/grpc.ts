import * as z from 'zod';
import { type JsonValue, nonJsonPath } from '../common/notation/exact-json.ts';
import { textOf, withRules } from '../common/rule.ts';
import { FRAMING_HEADERS } from '../common/sizes.ts';
import { HEADER_TEMPLATE, TEMPLATE_MESSAGE, unknownVariablesInJson } from '../common/template.ts';
import { namedValueSchema } from '../common/value-source.ts';
import { headerFault } from './text-faults.ts';

/** A message as JSON. The API server knows no more of it than that it is an object. */
export type GrpcMessage = { [field: string]: JsonValue };

const messageSchema = z
  .unknown()
  .check(({ value, issues }) => {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    const path = isObject ? nonJsonPath(value) : [];
    if (path !== undefined)
      issues.push({
        code: 'custom',
        input: value,
        path,
        message: isObject ? 'must be a JSON value' : 'must be an object',
      });
    const unknown = unknownVariablesInJson(value);
    if (unknown.length > 0)
      issues.push({
        code: 'custom',
        input: value,
        message: `${TEMPLATE_MESSAGE}; \${variable|json} must be a whole string; unknown: ${unknown.map((name) => `\${${name}}`).join(', ')}`,
      });
  })
  .meta({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true }) as unknown as z.ZodType<
  GrpcMessage,
  GrpcMessage
>;

/** Metadata that gRPC itself sets. */
const RESERVED = [...FRAMING_HEADERS, 'content-type', 'host'];

const metadataSchema = withRules(
  namedValueSchema(
    textOf(/^[-_.0-9a-z]+$/, 'must be lower-case letters, digits, "-", "_" and "."', { min: 1, max: 256 }).describe(
      'Name. A value whose name ends in -bin is base64.',
    ),
    textOf(HEADER_TEMPLATE, `must be printable ASCII without spaces at its ends, and ${TEMPLATE_MESSAGE}`, {
      max: 8192,
      faultOf: headerFault,
    }).describe('Value; may contain variables.'),
  ),
  {
    cel: `!self.name.startsWith('grpc-') && !(self.name in [${RESERVED.map((name) => `'${name}'`).join(', ')}])`,
    message: 'is metadata that the runner sets itself',
    field: 'name',
    test: (v) => !v.name.startsWith('grpc-') && !RESERVED.includes(v.name),
  },
);

const SERVICE = /^[a-zA-Z_][a-zA-Z0-9_]*([.][a-zA-Z_][a-zA-Z0-9_]*)*$/;

/** `requests[].grpc`: a call, of any of the four kinds of methods. */
export const grpcSchema = withRules(
  z.strictObject({
    service: textOf(SERVICE, 'must be the full name of a service, such as shop.v1.Orders', {
      min: 1,
      max: 256,
    }).describe('Full name of the service, such as shop.v1.Orders.'),
    method: textOf(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'must be the name of a method, such as Place', {
      min: 1,
      max: 128,
    }).describe('Name of the method, such as Place.'),
    message: messageSchema
      .optional()
      .describe(
        'The message to send, as JSON (ProtoJSON): names of fields in camel case or as in the .proto file, integers of 64 bits as numbers or strings, bytes in base64, enums by name, times such as "2026-01-31T12:00:00Z". A type of google.protobuf whose JSON is no object, such as StringValue, Timestamp or Value, is {value: ...} where it is the whole message. Its strings may contain variables, as in a JSON body. Default: a message without fields.',
      ),
    messages: z
      .array(messageSchema)
      .max(256)
      .optional()
      .describe(
        'The messages that a client or bidirectional stream sends, instead of message. All are sent at once, then the client closes its side of the stream.',
      ),
    metadata: z
      .array(metadataSchema)
      .max(64)
      .optional()
      .describe("Metadata of the call, as in Kubernetes' httpHeaders. target.auth sets authorization."),
    encoding: z
      .enum(['Gzip'])
      .optional()
      .describe('Compression of the messages sent (grpc-encoding). Responses may always be gzip. Default: none.'),
  }),
  {
    cel: '!has(self.message) || !has(self.messages)',
    message: 'only one of message and messages can be set',
    field: 'messages',
    test: (v) => v.message === undefined || v.messages === undefined,
  },
);
export type GrpcCall = z.infer<typeof grpcSchema>;
