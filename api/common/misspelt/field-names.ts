import type { z } from 'zod';

/** The parts of a definition of zod that lead to other schemas. */
type Def = {
  shape?: Record<string, Schema>;
  element?: Schema;
  innerType?: Schema;
  in?: Schema;
  valueType?: Schema;
  options?: readonly Schema[];
};
type Schema = z.ZodType & { def: Def };

/** The names of the fields that an object at `path` may have; empty where the schema allows any, or has no object there. */
export function fieldNames(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  return [...new Set(schemasAt(schema as Schema, path).flatMap(({ def }) => Object.keys(def.shape ?? {})))];
}

/** The schema of the field at `path`, if there is one and no other. */
export function fieldSchema(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType | undefined {
  const [only, ...others] = schemasAt(schema as Schema, path);
  return others.length === 0 ? only : undefined;
}

/** The schemas at `path`, without what wraps them: several where a union allows several. */
function schemasAt(schema: Schema, path: readonly PropertyKey[]): Schema[] {
  const { def } = schema;
  const wrapped = def.innerType ?? def.in;
  if (wrapped !== undefined) return schemasAt(wrapped, path);
  if (def.options !== undefined) return def.options.flatMap((option) => schemasAt(option, path));
  const [step, ...rest] = path;
  if (step === undefined) return [schema];
  const next = def.shape?.[String(step)] ?? def.element ?? def.valueType;
  return next === undefined ? [] : schemasAt(next, rest);
}
