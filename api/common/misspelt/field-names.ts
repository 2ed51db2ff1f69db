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

/** More places than these are no help, unless one of them is less deep than all others. */
const MAX_PLACES = 2;

/** Where below `under` a field of this name belongs, such as `spec.load.open.stages[].rate`; empty where that is open. */
export function placesOf(schema: z.ZodType, name: string, under: string): string[] {
  const found = [...new Set(pathsTo(schema as Schema, name, []))]
    .filter((path) => path.startsWith(`${under}.`))
    .sort((a, b) => depth(a) - depth(b));
  if (found.length <= MAX_PLACES) return found;
  return depth(found[0]!) < depth(found[1]!) ? [found[0]!] : [];
}

function pathsTo(schema: Schema, name: string, path: readonly string[]): string[] {
  const { innerType, in: input, options, element, shape = {} } = schema.def;
  const wrapped = innerType ?? input;
  if (wrapped !== undefined) return pathsTo(wrapped, name, path);
  if (options !== undefined) return options.flatMap((option) => pathsTo(option, name, path));
  if (element !== undefined) return pathsTo(element, name, [...path.slice(0, -1), `${path.at(-1)}[]`]);
  return Object.entries(shape).flatMap(([field, next]) => [
    ...(field === name ? [[...path, field].join('.')] : []),
    ...pathsTo(next, name, [...path, field]),
  ]);
}

function depth(path: string): number {
  return path.split('.').length;
}
