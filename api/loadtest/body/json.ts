import * as z from 'zod';
import { type JsonValue, nonJsonPath } from '../../common/notation/exact-json.ts';
import { TEMPLATE_MESSAGE, unknownVariablesInJson } from '../../common/template.ts';

const anyJson = z.unknown().check((context) => {
  const path = nonJsonPath(context.value);
  if (path !== undefined)
    context.issues.push({ code: 'custom', input: context.value, path, message: 'must be a JSON value' });
}) as unknown as z.ZodType<JsonValue, JsonValue>;

export const jsonSchema = anyJson
  .optional()
  .meta({ 'x-kubernetes-preserve-unknown-fields': true })
  .describe(
    'Any JSON value, sent as application/json; its strings may contain variables. A string that consists only of ${variable|json} is sent as the JSON value of the variable, such as a number, or as a string if the value is not JSON. Numbers are sent as the API server keeps them: every digit of an integer of 64 bits; any other number as the double nearest to it in its shortest notation, 1.1 for 1.10. A string with ${data.column|json} keeps all digits.',
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
