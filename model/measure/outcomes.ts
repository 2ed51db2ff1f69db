import { GENERATOR_ERROR_KINDS } from '../../api/status/error-kinds.ts';

type ByCode = { code: string; count: number };
type ByKind = { kind: string; count: number };

/**
 * How requests ended: responses by code, ascending, and errors by kind, most frequent first. A code is a word of the protocol's alphabet, such
 * as HTTP's "404".
 */
export type Outcomes = { responses: ByCode[]; errors: ByKind[] };

/** A snapshot as far as it holds outcomes. */
type WithOutcomes = Outcomes & { requests: readonly { name: string; outcomes?: Outcomes | undefined }[] };

/**
 * How the requests of a name ended; those of the only request are the outcomes of the snapshot. Undefined when the snapshot lacks them: a
 * termination message may have had no room for them.
 */
export function outcomesOf({ requests, responses, errors }: WithOutcomes, name: string): Outcomes | undefined {
  const own = requests.find((r) => r.name === name)?.outcomes;
  return own ?? (requests.length === 1 ? { responses, errors } : undefined);
}

/** Undefined when one of the parts is unknown: a share of the others would pass for the share of all. */
export function mergeOutcomes(parts: readonly (Outcomes | undefined)[]): Outcomes | undefined {
  const known = parts.flatMap((p) => p ?? []);
  if (known.length < parts.length) return undefined;
  const errors = sum(known.flatMap((p) => p.errors).map(({ kind, count }) => [kind, count]));
  return {
    responses: mergeResponses(known),
    errors: [...errors].map(([kind, count]) => ({ kind, count })).sort(byFrequency),
  };
}

/** Responses by code, ascending. */
export function mergeResponses(parts: readonly { responses: readonly ByCode[] }[]): ByCode[] {
  const byCode = sum(parts.flatMap((p) => p.responses).map(({ code, count }) => [code, count]));
  return [...byCode].map(([code, count]) => ({ code, count })).sort(ascending);
}

/** Codes that are numbers ascend as numbers. */
function ascending(a: ByCode, b: ByCode): number {
  return a.code.length - b.code.length || (a.code < b.code ? -1 : 1);
}

/** The order of errors. */
export function byFrequency(a: ByKind, b: ByKind): number {
  return b.count - a.count || (a.kind < b.kind ? -1 : 1);
}

function sum<K>(counts: readonly [K, number][]): Map<K, number> {
  const sums = new Map<K, number>();
  for (const [key, count] of counts) sums.set(key, (sums.get(key) ?? 0) + count);
  return sums;
}

/** The outcomes since `before`. */
export function outcomesSince(before: Outcomes, now: Outcomes): Outcomes {
  return {
    responses: responsesSince(before.responses, now.responses),
    errors: errorsSince(before.errors, now.errors),
  };
}

/** The responses since `before`. */
export function responsesSince(before: readonly ByCode[], now: readonly ByCode[]): ByCode[] {
  const old = new Map(before.map(({ code, count }) => [code, count]));
  return now.map(({ code, count }) => ({ code, count: count - (old.get(code) ?? 0) })).filter(({ count }) => count > 0);
}

/** The errors since `before`, with their other fields. */
export function errorsSince<E extends ByKind>(before: readonly ByKind[], now: readonly E[]): E[] {
  const old = new Map(before.map(({ kind, count }) => [kind, count]));
  return now
    .map((error) => ({ ...error, count: error.count - (old.get(error.kind) ?? 0) }))
    .filter(({ count }) => count > 0);
}

/** How many of the errors the generator's machine caused, and not the target. */
export function generatorErrors(errors: readonly ByKind[]): number {
  const kinds: readonly string[] = GENERATOR_ERROR_KINDS;
  return errors.filter(({ kind }) => kinds.includes(kind)).reduce((sum, { count }) => sum + count, 0);
}
