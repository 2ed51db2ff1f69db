import * as z from 'zod';
import { atMostAWeek, durationSchema } from '../common/duration-schema.ts';
import { keyedList, textOf, withRules } from '../common/rule.ts';
import { FRAMING_HEADERS } from '../common/sizes.ts';
import { HEADER_TEMPLATE, PATH_TEMPLATE, TEMPLATE_MESSAGE } from '../common/template.ts';
import { namedValueSchema } from '../common/value-source.ts';
import { bodySchema } from './body/body.ts';
import { grpcSchema } from './grpc.ts';
import { METHOD_MESSAGE, METHOD_TEMPLATE, NO_METHODS, OF_BODIES } from './http-names.ts';
import { expectSchema } from './response/expect.ts';
import { extractsSchema } from './response/extract.ts';
import { headerNameSchema } from './response/patterns.ts';
import { headerFault, pathFault } from './text-faults.ts';

const headerSchema = withRules(
  namedValueSchema(
    headerNameSchema,
    textOf(HEADER_TEMPLATE, `must be printable ASCII without spaces at its ends, and ${TEMPLATE_MESSAGE}`, {
      max: 8192,
      faultOf: headerFault,
    }).describe('Value; may contain variables.'),
  ),
  {
    cel: `!(self.name.lowerAscii() in [${FRAMING_HEADERS.map((name) => `'${name}'`).join(', ')}])`,
    message: 'is a header that the runner sets itself',
    field: 'name',
    test: (v) => !FRAMING_HEADERS.includes(v.name.toLowerCase()),
  },
);

/** Fields of HTTP that a gRPC call has in another form. */
const OF_HTTP = ['path', 'headers', 'body'] as const;

/** One request of the spec. A test has one or more, chosen by weight or sent in order. */
export const requestSchema = withRules(
  z.strictObject({
    name: textOf(/^[a-zA-Z0-9]([-_.a-zA-Z0-9]*[a-zA-Z0-9])?$/, 'must be letters, digits, "-", "_" and "."', {
      min: 1,
      max: 63,
    }).describe('Name in results and metrics; unique in the test.'),
    thinkTime: withRules(durationSchema, atMostAWeek)
      .optional()
      .describe(
        'Pause between the previous response of the iteration and this request. The request comes due at its end, so that no measured time includes it. Default: none.',
      ),
    weight: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(1)
      .describe(
        'Share of this request, relative to the weights of the others. Weights 90, 9 and 1: each block of 100 arrivals, in a closed load of each runner, has 90, 9 and 1 of them, in a random order that derives from the seed.',
      ),
    method: withRules(
      textOf(METHOD_TEMPLATE, `${METHOD_MESSAGE}, or a column such as \${data.method}`, { min: 1, max: 72 }),
      {
        cel: `!(self in [${NO_METHODS.map((method) => `'${method}'`).join(', ')}])`,
        message: `must not be ${NO_METHODS.join(' or ')}`,
        test: (text) => !NO_METHODS.includes(text),
      },
    )
      .default('GET')
      .describe(
        'HTTP method in upper case: any except CONNECT and TRACE. ${data.column} takes it from the row; a row with HEAD sends no body.',
      ),
    path: textOf(
      PATH_TEMPLATE,
      `must begin with "/", "?", \${data.column|raw} or \${session.name|raw} and contain neither spaces nor a fragment (percent-encode other characters, such as %20); it ${TEMPLATE_MESSAGE}`,
      { min: 1, max: 8192, faultOf: pathFault },
    )
      .optional()
      .describe(
        "Path and query, appended to the target's base path. Default: the target's URL unchanged. May contain variables; their values are percent-encoded. For ${data.column|raw} and ${session.name|raw}, only characters that are illegal in a path are encoded, so that the value can be a whole path with its query; a whole URL at the beginning loses its scheme and host, and those of a column must name the host of the target or of the header Host; * and - alone are sent as they stand.",
      ),
    headers: z
      .array(headerSchema)
      .max(64)
      .optional()
      .describe(
        "Headers, as in Kubernetes' httpHeaders. A trailing line break of a value from a Secret or ConfigMap is removed; a value that is illegal in a header ends the test before its load.",
      ),
    body: bodySchema.optional().describe('Body of the request; allowed with GET, too. Default: none.'),
    grpc: grpcSchema
      .optional()
      .describe(
        'A gRPC call, instead of method, path, headers and body. It needs target.http.version HTTP2 and target.grpc.',
      ),
    expect: expectSchema
      .optional()
      .describe('Expectations of the response; one that does not meet them counts as unexpected.'),
    extract: extractsSchema
      .optional()
      .describe(
        'Values of the response for later requests of the iteration. A response that lacks one is unexpected and ends the iteration.',
      ),
  }),
  {
    cel: "!has(self.body) || self.method != 'HEAD'",
    message: 'a HEAD request has no body',
    field: 'body',
    test: (v) => v.body === undefined || v.method !== 'HEAD',
  },
  ...OF_HTTP.map((field) => ({
    cel: `!has(self.grpc) || !has(self.${field})`,
    message: 'a gRPC call has fields of its own in grpc',
    field,
    test: (v: { grpc?: unknown } & { [F in (typeof OF_HTTP)[number]]?: unknown }) =>
      v.grpc === undefined || v[field] === undefined,
  })),
  {
    cel: "!has(self.grpc) || self.method == 'GET'",
    message: 'a gRPC call has no method of HTTP',
    field: 'method',
    test: (v) => v.grpc === undefined || v.method === 'GET',
  },
  {
    cel: '!has(self.grpc) || !has(self.expect) || (!has(self.expect.status) && !has(self.expect.maxBodyBytes))',
    message:
      'a gRPC call has expect.grpcStatus instead of status, and target.grpc.maxMessageBytes instead of maxBodyBytes',
    field: 'expect',
    test: ({ grpc, expect }) =>
      grpc === undefined || (expect?.status === undefined && expect?.maxBodyBytes === undefined),
  },
  {
    cel: 'has(self.grpc) || !has(self.expect) || !has(self.expect.grpcStatus)',
    message: 'only a gRPC call has a status of gRPC',
    field: 'expect.grpcStatus',
    test: ({ grpc, expect }) => grpc !== undefined || expect?.grpcStatus === undefined,
  },
  ...OF_BODIES.map((field) => ({
    cel: `self.method != 'HEAD' || !has(self.expect) || !has(self.expect.${field})`,
    message: 'the response to a HEAD request has no body',
    field: `expect.${field}`,
    test: (v: { method: string; expect?: { [F in (typeof OF_BODIES)[number]]?: unknown } | undefined }) =>
      v.method !== 'HEAD' || v.expect?.[field] === undefined,
  })),
);
export type RequestSpec = z.infer<typeof requestSchema>;

export const requestsSchema = keyedList(requestSchema, 'name', 32).min(1);
