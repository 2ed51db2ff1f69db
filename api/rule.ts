import type { z } from 'zod';

/** One CEL validation rule as it stands in a CRD under `x-kubernetes-validations`. */
export type CelRule = { rule: string; message: string; fieldPath?: string };

export const CEL_RULES = 'x-kubernetes-validations';

/**
 * A rule that the API server evaluates as CEL at `kubectl apply` and `loadtest validate` evaluates as `test`.
 * Both say `message` at `field` (a direct child of the schema's object; empty: the value itself), so that the two answers are one.
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
      path: field === undefined ? [] : [field],
    }) as S;
  }
  return checked.meta({ ...schema.meta(), [CEL_RULES]: [...known, ...added] }) as S;
}
