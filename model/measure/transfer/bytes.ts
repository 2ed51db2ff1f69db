/** Bytes of requests and of their responses, heads and framing included, before encryption. */
export type Bytes = { sent: number; received: number };

/** The sum; undefined when no transport counted any. Sums of what many runners report stay whole numbers. */
export function addBytes(parts: readonly (Bytes | undefined)[]): Bytes | undefined {
  const known = parts.flatMap((part) => part ?? []);
  if (known.length === 0) return undefined;
  const sum = (of: keyof Bytes) =>
    Math.min(
      Number.MAX_SAFE_INTEGER,
      known.reduce((total, part) => total + part[of], 0),
    );
  return { sent: sum('sent'), received: sum('received') };
}
