import * as z from 'zod';

/** One CEL validation rule of a CRD, under `x-kubernetes-validations`. */
type CelRule = { rule: string; message: string; fieldPath?: string };

const CEL_RULES = 'x-kubernetes-validations';

/**
 * A validation rule. The API server evaluates `cel` at `kubectl apply`; `loadtest validate` evaluates `test`.
 * Both report `message` at `field`, a path below the schema's object such as `closed.users`; without `field`, at the value itself.
 */
export type Rule<T> = { cel: string; message: string; field?: string; test: (value: T) => boolean };

/** Adds `rules` to `schema`, for zod and for the CRD. */
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

/** The message that {@link textOf} reports for the pattern with this source. */
export function patternMessage(source: string): string | undefined {
  return patternMessages.get(source);
}

/**
 * A string schema with a pattern. A mismatch aborts the check, so that later rules can rely on the form.
 * The pattern must mean the same in RE2, which the API server uses: no look-around, and no `\s`, which exceeds ASCII in JavaScript.
 * `faultOf` says what is wrong with a text, where that is more than `message`.
 */
export function textOf(
  pattern: RegExp,
  message: string,
  { min = 0, max, faultOf }: { min?: number; max: number; faultOf?: (text: string) => string },
): z.ZodString {
  patternMessages.set(pattern.source, message);
  const sized = z.string().max(max);
  const error = faultOf === undefined ? message : ({ input }: { input?: unknown }) => faultOf(String(input));
  return (min > 0 ? sized.min(min) : sized).regex(pattern, { error, abort: true });
}

/** A pattern as a string literal of CEL. */
export function celPattern(pattern: RegExp): string {
  return `'${pattern.source.replaceAll('\\/', '/').replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** A list keyed by `key`, as server-side apply merges it. A duplicate key is an error. */
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
