import * as z from 'zod';
import { textOf, withRules } from './rule.ts';

/** The name of a Secret, a ConfigMap or another object: a DNS subdomain. */
export const objectName = textOf(
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  'must be the name of an object: lower-case letters, digits, "-" and ".", with a letter or digit at both ends',
  { min: 1, max: 253 },
);

/** One key of an object in the LoadTest's namespace. */
export const keySelector = z.strictObject({
  name: objectName.describe('Name of the object, in the namespace of the LoadTest.'),
  key: textOf(/^[-._a-zA-Z0-9]+$/, 'must be a key: letters, digits, "-", "_" and "."', { min: 1, max: 253 }).describe(
    'Key in its data.',
  ),
});

/** One key of a Secret or of a ConfigMap, exactly as in a container's `env[].valueFrom`. */
export const valueSourceSchema = withRules(
  z.strictObject({
    secretKeyRef: keySelector.optional().describe('A key of a Secret in the same namespace.'),
    configMapKeyRef: keySelector.optional().describe('A key of a ConfigMap in the same namespace.'),
  }),
  {
    cel: 'has(self.secretKeyRef) != has(self.configMapKeyRef)',
    message: 'exactly one of secretKeyRef and configMapKeyRef must be set',
    test: (v) => (v.secretKeyRef === undefined) !== (v.configMapKeyRef === undefined),
  },
);
export type ValueSource = z.infer<typeof valueSourceSchema>;

/** A name with a value from the spec or from a Secret or ConfigMap, as in a container's `env`. */
export function namedValueSchema(name: z.ZodString, value: z.ZodString) {
  return withRules(
    z.strictObject({
      name,
      value: value.optional(),
      valueFrom: valueSourceSchema.optional().describe('Source of the value, instead of `value`.'),
    }),
    {
      cel: 'has(self.value) != has(self.valueFrom)',
      message: 'exactly one of value and valueFrom must be set',
      test: (v) => (v.value === undefined) !== (v.valueFrom === undefined),
    },
  );
}
export type NamedValue = { name: string; value?: string | undefined; valueFrom?: ValueSource | undefined };
