type ByStatus = { status: number; count: number };
type ByKind = { kind: string; count: number };

/** How requests ended: answers by status, ascending, and errors by kind, most frequent first. */
export type Outcomes = { responses: ByStatus[]; errors: ByKind[] };

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

/** Undefined when of one of them nothing is known: a share of what is known would pass for the share of all. */
export function mergeOutcomes(parts: readonly (Outcomes | undefined)[]): Outcomes | undefined {
  const known = parts.flatMap((p) => p ?? []);
  if (known.length < parts.length) return undefined;
  const errors = sum(known.flatMap((p) => p.errors).map(({ kind, count }) => [kind, count]));
  return {
    responses: mergeResponses(known),
    errors: [...errors].map(([kind, count]) => ({ kind, count })).sort(byFrequency),
  };
}

/** Answers by status, ascending. */
export function mergeResponses(parts: readonly { responses: ByStatus[] }[]): ByStatus[] {
  const byStatus = sum(parts.flatMap((p) => p.responses).map(({ status, count }) => [status, count]));
  return [...byStatus].map(([status, count]) => ({ status, count })).sort((a, b) => a.status - b.status);
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

/** How the requests ended that have ended since `before`. */
export function outcomesSince(before: Outcomes, now: Outcomes): Outcomes {
  return {
    responses: responsesSince(before.responses, now.responses),
    errors: errorsSince(before.errors, now.errors),
  };
}

/** The responses that came since `before`. */
export function responsesSince(before: readonly ByStatus[], now: readonly ByStatus[]): ByStatus[] {
  const old = new Map(before.map(({ status, count }) => [status, count]));
  return now
    .map(({ status, count }) => ({ status, count: count - (old.get(status) ?? 0) }))
    .filter(({ count }) => count > 0);
}

/** The errors since `before`, with whatever else is known of them. */
export function errorsSince<E extends ByKind>(before: readonly ByKind[], now: readonly E[]): E[] {
  const old = new Map(before.map(({ kind, count }) => [kind, count]));
  return now
    .map((error) => ({ ...error, count: error.count - (old.get(error.kind) ?? 0) }))
    .filter(({ count }) => count > 0);
}
