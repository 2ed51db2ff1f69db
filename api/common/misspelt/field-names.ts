import type { z } from 'zod';

/** The parts of a definition of zod that lead to other schemas. */
type Def = {
  type: string;
  shape?: Record<string, Schema>;
  element?: Schema;
  innerType?: Schema;
  in?: Schema;
  valueType?: Schema;
  options?: readonly Schema[];
};
type Schema = { def: Def };

/** The names of the fields that an object at `path` may have; empty where the schema allows any, or has no object there. */
export function fieldNames(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  return namesAt(schema as unknown as Schema, path);
}

function namesAt({ def }: Schema, path: readonly PropertyKey[]): string[] {
  const wrapped = def.innerType ?? def.in;
  if (wrapped !== undefined) return namesAt(wrapped, path);
  if (def.options !== undefined) return [...new Set(def.options.flatMap((option) => namesAt(option, path)))];
  const [step, ...rest] = path;
  if (step === undefined) return Object.keys(def.shape ?? {});
  const next = def.shape?.[String(step)] ?? def.element ?? def.valueType;
  return next === undefined ? [] : namesAt(next, rest);
}
