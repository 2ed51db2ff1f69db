import { z } from 'zod';
import { expectSchema, extractsSchema } from './expect.ts';
import { FRAMING_HEADERS } from './limits.ts';
import { namedValueSchema, valueSourceSchema } from './reference.ts';
import { keyedList, textOf, withRules } from './rule.ts';
import { HEADER_TEMPLATE, PATH_TEMPLATE, TEMPLATE, TEMPLATE_MESSAGE, textsIn, unknownVariablesIn } from './template.ts';

const headerSchema = withRules(
  namedValueSchema(
    textOf(/^[-!#$%&'*+.^_`|~0-9A-Za-z]+$/, 'must be an HTTP header name', { min: 1, max: 256 }).describe(
      'Name of the header.',
    ),
    textOf(HEADER_TEMPLATE, `must be printable ASCII without spaces at its ends, and ${TEMPLATE_MESSAGE}`, {
      max: 8192,
    }).describe('The value itself; may hold variables.'),
  ),
  {
    cel: `!(self.name.lowerAscii() in [${FRAMING_HEADERS.map((name) => `'${name}'`).join(', ')}])`,
    message: 'is a header that the runner sets itself',
    field: 'name',
    test: (v) => !FRAMING_HEADERS.includes(v.name.toLowerCase()),
  },
);

const formFieldSchema = namedValueSchema(
  z.string().min(1).max(256).describe('Name of the form field.'),
  textOf(TEMPLATE, TEMPLATE_MESSAGE, { max: 8192 }).describe(
    'The value itself, before it is encoded; may hold variables.',
  ),
);

const partSchema = withRules(
  z.strictObject({
    name: z.string().min(1).max(256).describe('Name of the part.'),
    value: textOf(TEMPLATE, TEMPLATE_MESSAGE, { max: 8192 })
      .optional()
      .describe('The value itself; may hold variables.'),
    valueFrom: valueSourceSchema.optional().describe('A key whose bytes are the part, instead of `value`.'),
    filename: z.string().min(1).max(256).optional().describe('The name of the file that the part says it is.'),
    contentType: textOf(/^[!-~]([ -~]*[!-~])?$/, 'must be printable ASCII without spaces at its ends', {
      min: 1,
      max: 256,
    })
      .optional()
      .describe('Its media type. Default: none, which means text.'),
  }),
  {
    cel: 'has(self.value) != has(self.valueFrom)',
    message: 'exactly one of value and valueFrom must be set',
    test: (v) => (v.value === undefined) !== (v.valueFrom === undefined),
  },
);
export type BodyPart = z.infer<typeof partSchema>;

const BODY_FIELDS = { Form: 'form', Text: 'text', From: 'from', Multipart: 'multipart' } as const;

const bodyRules = Object.entries(BODY_FIELDS).map(([type, field]) => ({
  cel: `has(self.${field}) == (self.type == '${type}')`,
  message: `${field} must be set when type is ${type}, and only then`,
  field,
  test: (v: { type: string; [field: string]: unknown }) => (v[field] !== undefined) === (v.type === type),
}));

/** CEL cannot see a field of any type, not even whether it is there, so the rule for `json` is said in the schema. */
const jsonRule = {
  anyOf: [
    { properties: { type: { enum: ['JSON'] } }, required: ['json'] },
    { properties: { type: { enum: Object.keys(BODY_FIELDS) } }, not: { required: ['json'] } },
  ],
};

const bodySchema = withRules(
  z.strictObject({
    type: z.enum(['JSON', 'Form', 'Text', 'From', 'Multipart']).describe('Which of the sibling fields holds the body.'),
    json: z
      .json()
      .optional()
      .meta({ 'x-kubernetes-preserve-unknown-fields': true })
      .describe('Any JSON value, sent as application/json; its texts may hold variables.'),
    form: z
      .array(formFieldSchema)
      .min(1)
      .max(64)
      .optional()
      .describe('Fields, sent as application/x-www-form-urlencoded.'),
    text: textOf(TEMPLATE, TEMPLATE_MESSAGE, { max: 65536 })
      .optional()
      .describe('Sent as text/plain; charset=utf-8; may hold variables.'),
    from: valueSourceSchema.optional().describe('A key of a Secret or ConfigMap whose bytes are the body.'),
    multipart: z
      .array(partSchema)
      .min(1)
      .max(32)
      .optional()
      .describe('Parts, such as files, sent as multipart/form-data.'),
    encoding: z
      .enum(['Gzip'])
      .optional()
      .describe('How the body is encoded, with the header Content-Encoding. Default: not at all.'),
  }),
  ...bodyRules,
)
  .refine((v) => v.type !== 'JSON' || (v.json ?? undefined) !== undefined, {
    message: 'json must be set when type is JSON',
    path: ['json'],
  })
  .refine((v) => v.type === 'JSON' || v.json === undefined, {
    message: 'must be JSON when json is set',
    path: ['type'],
  })
  .check((context) => {
    const unknown = textsIn(context.value.json).flatMap(unknownVariablesIn);
    if (unknown.length > 0)
      context.issues.push({
        code: 'custom',
        input: context.value,
        path: ['json'],
        message: `${TEMPLATE_MESSAGE}; unknown: ${unknown.map((name) => `\${${name}}`).join(', ')}`,
      });
  })
  .meta(jsonRule);
export type Body = z.infer<typeof bodySchema>;

/** What an answer to HEAD does not have. */
const OF_BODIES = ['bodyContains', 'bodyMatches', 'json'] as const;

/** One kind of request; a test has one or more, chosen by weight or sent one after the other. */
export const requestSchema = withRules(
  z.strictObject({
    name: textOf(/^[a-zA-Z0-9]([-_.a-zA-Z0-9]*[a-zA-Z0-9])?$/, 'must be letters, digits, "-", "_" and "."', {
      min: 1,
      max: 63,
    }).describe('Its name in results and metrics; unique in the test.'),
    weight: z.int().min(1).max(1_000_000).default(1).describe('Its share, relative to the other requests.'),
    method: z
      .enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
      .default('GET')
      .describe('The HTTP method.'),
    path: textOf(
      PATH_TEMPLATE,
      `must begin with "/" or "?" and hold no spaces and no fragment (other characters percent-encoded, such as %20), and ${TEMPLATE_MESSAGE}`,
      { min: 1, max: 8192 },
    )
      .optional()
      .describe(
        "Appended to the target's base path, with the query. Default: the target's URL as it stands. May hold variables, whose values are percent-encoded.",
      ),
    headers: z.array(headerSchema).max(64).optional().describe("Headers, as in Kubernetes' httpHeaders."),
    body: bodySchema.optional().describe('What is sent with the request. Default: nothing.'),
    expect: expectSchema.optional().describe('What an answer must be; else it is counted as unexpected.'),
    extract: extractsSchema
      .optional()
      .describe(
        'Values of the answer for the later requests of a journey. An answer that lacks one is unexpected and ends the journey.',
      ),
  }),
  {
    cel: "!has(self.body) || !(self.method in ['GET', 'HEAD'])",
    message: 'a GET or HEAD request has no body',
    field: 'body',
    test: (v) => v.body === undefined || !['GET', 'HEAD'].includes(v.method),
  },
  ...OF_BODIES.map((field) => ({
    cel: `self.method != 'HEAD' || !has(self.expect) || !has(self.expect.${field})`,
    message: 'the answer to a HEAD request has no body',
    field: `expect.${field}`,
    test: (v: { method: string; expect?: { [F in (typeof OF_BODIES)[number]]?: unknown } | undefined }) =>
      v.method !== 'HEAD' || v.expect?.[field] === undefined,
  })),
);
export type RequestSpec = z.infer<typeof requestSchema>;

export const requestsSchema = keyedList(requestSchema, 'name', 32).min(1);
