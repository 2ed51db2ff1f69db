import * as z from 'zod';
import { textOf, withRules } from '../common/rule.ts';
import { TEMPLATE, TEMPLATE_MESSAGE, unknownVariablesInJson } from '../common/template.ts';
import { namedValueSchema, valueSourceSchema } from '../common/value-source.ts';

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

/** The body of a request: one of several forms, told by `type`. */
export const bodySchema = withRules(
  z.strictObject({
    type: z.enum(['JSON', 'Form', 'Text', 'From', 'Multipart']).describe('Which of the sibling fields holds the body.'),
    json: z
      .json()
      .optional()
      .meta({ 'x-kubernetes-preserve-unknown-fields': true })
      .describe(
        'Any JSON value, sent as application/json; its texts may hold variables. A text that is nothing but ${variable|json} is sent as the JSON value that the variable holds, such as a number; as text, if that is no JSON.',
      ),
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
    const unknown = unknownVariablesInJson(context.value.json);
    if (unknown.length > 0)
      context.issues.push({
        code: 'custom',
        input: context.value,
        path: ['json'],
        message: `${TEMPLATE_MESSAGE}, and \${variable|json} only as the whole of a text; unknown: ${unknown.map((name) => `\${${name}}`).join(', ')}`,
      });
  })
  .meta(jsonRule);
export type Body = z.infer<typeof bodySchema>;
