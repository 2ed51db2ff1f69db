// Integers of 64 bits, such as ids, in JSON: Kubernetes keeps every digit, and a double keeps 53 bits. Those beyond are bigint here.

/** Functions that TypeScript's library does not declare yet. */
const { rawJSON, parse } = JSON as unknown as {
  rawJSON(text: string): unknown;
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
};

declare global {
  interface BigInt {
    /** Makes JSON.stringify write all digits of a bigint, which it refuses by itself. */
    toJSON(): unknown;
  }
}

Object.defineProperty(BigInt.prototype, 'toJSON', {
  value(this: bigint) {
    return rawJSON(this.toString());
  },
  writable: true,
  configurable: true,
});

/** Any JSON value; integers that a double rounds are bigint. */
export type JsonValue = string | number | bigint | boolean | null | JsonValue[] | { [field: string]: JsonValue };

/**
 * Parses JSON as JSON.parse does, except that integers which a double rounds are bigint, or what `ofDigits` makes of them: strings, as
 * ProtoJSON allows.
 */
export function parseExactJson(text: string, ofDigits: (digits: string) => unknown = BigInt): unknown {
  // Most texts have no number of so many digits, and a reviver costs several times the parsing.
  if (!/[0-9]{16}/.test(text)) return JSON.parse(text);
  return parse(text, (_key, value, { source }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?[0-9]+$/.test(source ?? '')
      ? ofDigits(source!)
      : value,
  );
}

/** A JSON value as text, with all digits of its integers. */
export function exactJsonText(value: JsonValue): string {
  return JSON.stringify(value);
}

/** Where a value is not JSON, as a path below it; undefined if it is JSON all over. */
export function nonJsonPath(value: unknown): (string | number)[] | undefined {
  if (value === null || ['string', 'boolean', 'bigint'].includes(typeof value)) return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : [];
  if (typeof value !== 'object' || !isPlain(value)) return [];
  const entries: Iterable<[string | number, unknown]> = Array.isArray(value) ? value.entries() : Object.entries(value);
  for (const [step, item] of entries) {
    const path = nonJsonPath(item);
    if (path !== undefined) return [step, ...path];
  }
  return undefined;
}

function isPlain(value: object): boolean {
  return Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null);
}
