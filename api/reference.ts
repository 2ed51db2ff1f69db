import { z } from 'zod';
import { withRules } from './rule.ts';

/** Name of a Secret or ConfigMap in the LoadTest's namespace. */
export const objectName = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, 'must be the name of an object: lower-case letters, digits, "-" and "."');

const keySelector = z.strictObject({
  name: objectName,
  key: z
    .string()
    .min(1)
    .max(253)
    .regex(/^[-._a-zA-Z0-9]+$/, 'must be a key: letters, digits, "-", "_" and "."'),
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
export function namedValueSchema(name: z.ZodString) {
  return withRules(
    z.strictObject({
      name,
      value: z.string().max(8192).optional().describe('The value itself.'),
      valueFrom: valueSourceSchema.optional().describe('Where the value comes from, instead of `value`.'),
    }),
    {
      cel: 'has(self.value) != has(self.valueFrom)',
      message: 'exactly one of value and valueFrom must be set',
      test: (v) => (v.value === undefined) !== (v.valueFrom === undefined),
    },
  );
}
export type NamedValue = { name: string; value?: string; valueFrom?: ValueSource };

/** One object key that a spec refers to. */
export type KeyReference = { kind: 'Secret' | 'ConfigMap'; name: string; key: string };

/** The key that `source` names. */
export function keyReference(source: ValueSource): KeyReference {
  return source.secretKeyRef === undefined
    ? { kind: 'ConfigMap', ...source.configMapKeyRef! }
    : { kind: 'Secret', ...source.secretKeyRef };
}
