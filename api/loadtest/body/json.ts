import * as z from 'zod';
import { TEMPLATE_MESSAGE, unknownVariablesInJson } from '../../common/template.ts';

export const jsonSchema = z
  .json()
  .optional()
  .meta({ 'x-kubernetes-preserve-unknown-fields': true })
  .describe(
    'Any JSON value, sent as application/json; its strings may contain variables. A string that consists only of ${variable|json} is sent as the JSON value of the variable, such as a number, or as a string if the value is not JSON.',
  );

type WithJson = { type: string; json?: unknown };

/**
 * `body` with the rules of its field `json`. CEL cannot see a field of any type, not even its presence: OpenAPI's `anyOf` ties the field to
 * its type. `otherTypes` are the types of the other fields.
 */
export function withJsonRules<S extends z.ZodType<WithJson>>(body: S, otherTypes: readonly string[]): S {
  return body
    .refine(({ type, json }) => type !== 'JSON' || (json ?? undefined) !== undefined, {
      message: 'json must be set when type is JSON',
      path: ['json'],
    })
    .refine(({ type, json }) => type === 'JSON' || json === undefined, {
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
          message: `${TEMPLATE_MESSAGE}; \${variable|json} must be a whole string; unknown: ${unknown.map((name) => `\${${name}}`).join(', ')}`,
        });
    })
    .meta({
      anyOf: [
        { properties: { type: { enum: ['JSON'] } }, required: ['json'] },
        { properties: { type: { enum: otherTypes } }, not: { required: ['json'] } },
      ],
    });
}
