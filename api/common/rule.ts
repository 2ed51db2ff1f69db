import * as z from 'zod';

/** One CEL validation rule as it stands in a CRD under `x-kubernetes-validations`. */
type CelRule = { rule: string; message: string; fieldPath?: string };

const CEL_RULES = 'x-kubernetes-validations';

/**
 * A rule that the API server evaluates as CEL at `kubectl apply` and `loadtest validate` evaluates as `test`.
 * Both say `message` at `field` (a path below the schema's object such as `closed.users`; empty: the value itself),
 * so that the two answers are one.
 */
export type Rule<T> = { cel: string; message: string; field?: string; test: (value: T) => boolean };

/** `schema` with `rules` added, for zod and for the CRD at once. */
export function withRules<S extends z.ZodType>(schema: S, ...rules: Rule<z.output<S>>[]): S {
  const known = (schema.meta()?.[CEL_RULES] as CelRule[] | undefined) ?? [];
  const added = rules.map(({ cel, message, field }) => ({
    rule: cel,
    message,
    ...(field === undefined ? {} : { fieldPath: `.${field}` }),
  }));
  let checked = schema;
  for (const { test, message, field } of rules) {
    checked = checked.refine(test as (value: unknown) => boolean, {
      message,
      path: field === undefined ? [] : field.split('.'),
    }) as S;
  }
  return checked.meta({ ...schema.meta(), [CEL_RULES]: [...known, ...added] }) as S;
}

const patternMessages = new Map<string, string>();

/** What {@link textOf} says of text that does not match the pattern with this source. */
export function patternMessage(source: string): string | undefined {
  return patternMessages.get(source);
}

/**
 * Text of one form. What does not match is not held to any later rule: those may trust the form.
 * The pattern must mean the same in RE2, where the API server runs it: no look-around, no `\s`, which is more than ASCII in JavaScript.
 */
export function textOf(pattern: RegExp, message: string, { min = 0, max }: { min?: number; max: number }): z.ZodString {
  patternMessages.set(pattern.source, message);
  const sized = z.string().max(max);
  return (min > 0 ? sized.min(min) : sized).regex(pattern, { message, abort: true });
}

/** A pattern as a string literal of CEL. */
export function celPattern(pattern: RegExp): string {
  return `'${pattern.source.replaceAll('\\/', '/').replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** A list whose entries are told apart by `key`, as server-side apply merges them; a second entry of the same key is refused. */
export function keyedList<E extends z.ZodType<Record<K, string>>, K extends string>(entry: E, key: K, max: number) {
  return z
    .array(entry)
    .max(max)
    .check((context) => {
      const seen = new Set<string>();
      context.value.forEach((item, index) => {
        const value = (item as Record<K, string>)[key];
        if (seen.has(value))
          context.issues.push({
            code: 'custom',
            input: item,
            path: [index],
            message: `another entry has the same ${key} "${value}"`,
            continue: true,
          });
        seen.add(value);
      });
    })
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': [key] });
}
