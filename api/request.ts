import { z } from 'zod';
import { namedValueSchema, valueSourceSchema } from './reference.ts';
import { withRules } from './rule.ts';

const headerName = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[-!#$%&'*+.^_`|~0-9A-Za-z]+$/, 'must be an HTTP header name');

const BODY_FIELDS = { JSON: 'json', Form: 'form', Text: 'text', From: 'from' } as const;

const bodySchema = withRules(
  z.strictObject({
    type: z.enum(['JSON', 'Form', 'Text', 'From']).describe('Which of the sibling fields holds the body.'),
    json: z
      .json()
      .optional()
      .meta({ 'x-kubernetes-preserve-unknown-fields': true })
      .describe('Sent as application/json, serialised once.'),
    form: z
      .array(namedValueSchema(z.string().min(1).max(256)))
      .min(1)
      .max(64)
      .optional()
      .describe('Sent as application/x-www-form-urlencoded.'),
    text: z.string().max(65536).optional().describe('Sent as text/plain; charset=utf-8.'),
    from: valueSourceSchema.optional().describe('A key of a Secret or ConfigMap whose bytes are the body.'),
  }),
  ...Object.entries(BODY_FIELDS).map(([type, field]) => ({
    cel: `has(self.${field}) == (self.type == '${type}')`,
    message: `${field} must be set when type is ${type}, and only then`,
    field,
    test: (v: { type: string; [field: string]: unknown }) => (v[field] !== undefined) === (v.type === type),
  })),
);
export type Body = z.infer<typeof bodySchema>;

const expectSchema = z.strictObject({
  status: z
    .array(
      z
        .string()
        .max(3)
        .regex(/^[1-5]([0-9]{2}|xx)$/, 'must be a status such as "200" or a class such as "2xx"'),
    )
    .min(1)
    .max(16)
    .optional()
    .describe('Statuses that are expected. Default: everything below 400.'),
  bodyContains: z.string().min(1).max(1024).optional().describe('Text that the body must contain.'),
});
export type Expect = z.infer<typeof expectSchema>;

/** One kind of request; a test has one or more, chosen by weight. */
export const requestSchema = withRules(
  z.strictObject({
    name: z
      .string()
      .max(63)
      .regex(/^[a-zA-Z0-9]([-_.a-zA-Z0-9]*[a-zA-Z0-9])?$/, 'must be letters, digits, "-", "_" and "."')
      .describe('Its name in results and metrics; unique in the test.'),
    weight: z.int().min(1).max(1_000_000).default(1).describe('Its share, relative to the other requests.'),
    method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']).default('GET'),
    path: z
      .string()
      .max(8192)
      .regex(/^[/?][^\s#]*$/, 'must begin with "/" or "?" and hold no spaces and no fragment')
      .optional()
      .describe("Appended to the target's base path, with the query. Default: the target's URL as it stands."),
    headers: z.array(namedValueSchema(headerName)).max(64).optional().describe("As in Kubernetes' httpHeaders."),
    body: bodySchema.optional(),
    expect: expectSchema.optional().describe('What an answer must be; else it is counted as unexpected.'),
  }),
  {
    cel: "!has(self.body) || !(self.method in ['GET', 'HEAD'])",
    message: 'a GET or HEAD request has no body',
    field: 'body',
    test: (v) => v.body === undefined || !['GET', 'HEAD'].includes(v.method),
  },
);
export type RequestSpec = z.infer<typeof requestSchema>;

export const requestsSchema = withRules(z.array(requestSchema).min(1).max(32), {
  cel: 'self.all(a, self.exists_one(b, b.name == a.name))',
  message: 'every request needs a name of its own',
  test: (list) => new Set(list.map((r) => r.name)).size === list.length,
});
