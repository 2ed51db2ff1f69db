/** A number in its original notation, which differs from that of JavaScript. */
type RawNumber = { readonly rawJSON: string };

/** Functions that TypeScript's library does not declare yet. */
const { parse, rawJSON, isRawJSON } = JSON as unknown as {
  parse(text: string, reviver?: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
  rawJSON(text: string): RawNumber;
  isRawJSON(value: unknown): value is RawNumber;
};

export { isRawJSON as isRawNumber };

/**
 * Matches a number whose notation a double may lose: many digits, trailing zeros, an exponent, minus zero. Most texts have none, and a
 * reviver costs several times the parsing.
 */
const INEXACT =
  /(?:^|[[:,\s])(?:-?(?:[0-9][0-9.]{15}|[0-9]+[.][0-9]*0(?![0-9])|[0-9]+(?:[.][0-9]+)?[eE])|-0(?![0-9.]))/;

/** Parses JSON and preserves every digit of its numbers. Throws as JSON.parse does. */
export function parseJson(text: string): unknown {
  return withDigits(parse(text), text);
}

/** `parsed`, the result of JSON.parse for `text`, with numbers in their original notation where digits were lost. */
export function withDigits(parsed: unknown, text: string): unknown {
  if (!INEXACT.test(text)) return parsed;
  return parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && String(value) !== source ? rawJSON(source) : value,
  );
}

/** A JSON value as text: strings unchanged, everything else as JSON, with numbers in their original notation. */
export function textOfJson(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Whether a JSON value equals the text of another, in which 3.0 equals 3, and 1e3 equals 1000. */
export function isJson(value: unknown, text: string): boolean {
  const short = (_key: string, one: unknown) => (isRawJSON(one) && isExact(one.rawJSON) ? Number(one.rawJSON) : one);
  return textOfJson(value) === text || (typeof value === 'object' && JSON.stringify(value, short) === text);
}

/** Whether a double distinguishes a number from all others of as many digits. */
function isExact(source: string): boolean {
  const digits = source
    .replace(/[eE].*/, '')
    .replace(/[-.]/g, '')
    .replace(/^0+|0+$/g, '');
  return digits.length <= 15 && Number.isFinite(Number(source));
}
