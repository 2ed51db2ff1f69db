import * as z from 'zod';
import { withRules } from '../../common/rule.ts';
import { formSchema } from './form.ts';
import { fromSchema } from './from.ts';
import { jsonSchema, withJsonRules } from './json.ts';
import { multipartSchema } from './multipart.ts';
import { textSchema } from './text.ts';

/**
 * The fields of a body, one a type and named like it. contents.ts knows the texts and references of each, runner/request/body how it is
 * sent.
 */
const fieldSchemas = {
  json: jsonSchema,
  form: formSchema,
  text: textSchema,
  from: fromSchema,
  multipart: multipartSchema,
} satisfies { [field in BodyField]: z.ZodType };

const TYPE_NAMES = ['JSON', 'Form', 'Text', 'From', 'Multipart'] as const;

/** A value of a body's field `type`. */
export type BodyTypeName = (typeof TYPE_NAMES)[number];
/** The field that holds a body of a type: its name in lower case. */
export type BodyField<T extends BodyTypeName = BodyTypeName> = Lowercase<T>;

const typesBesideJson = TYPE_NAMES.filter((name) => name !== 'JSON');

const fieldRules = typesBesideJson.map((name) => {
  const field = name.toLowerCase() as BodyField;
  return {
    cel: `has(self.${field}) == (self.type == '${name}')`,
    message: `${field} must be set when type is ${name}, and only then`,
    field,
    test: (v: { type: string; [field: string]: unknown }) => (v[field] !== undefined) === (v.type === name),
  };
});

/** The body of a request: `type` names the field that holds it. */
export const bodySchema = withJsonRules(
  withRules(
    z.strictObject({
      type: z.enum(TYPE_NAMES).describe('Which of the sibling fields holds the body.'),
      ...fieldSchemas,
      encoding: z.enum(['Gzip']).optional().describe('Content-Encoding of the body. Default: none.'),
    }),
    ...fieldRules,
  ),
  typesBesideJson,
);
export type Body = z.infer<typeof bodySchema>;
