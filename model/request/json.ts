/** A number as it was written, where JavaScript's own number would be written differently. */
type RawNumber = { readonly rawJSON: string };

/** What TypeScript's library does not know of JSON yet. */
const { parse, rawJSON, isRawJSON } = JSON as unknown as {
  parse(text: string, reviver?: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
  rawJSON(text: string): RawNumber;
  isRawJSON(value: unknown): value is RawNumber;
};

export { isRawJSON as isRawNumber };

/**
 * A number of which a double may lose something, at a place where numbers stand: many digits, zeros at the end, an exponent, minus zero.
 * Most texts have none, and a reviver costs several times the parsing.
 */
const INEXACT =
  /(?:^|[[:,\s])(?:-?(?:[0-9][0-9.]{15}|[0-9]+[.][0-9]*0(?![0-9])|[0-9]+(?:[.][0-9]+)?[eE])|-0(?![0-9.]))/;

/** The value of a JSON text, whose numbers keep every digit that was written. Throws where JSON.parse does. */
export function parseJson(text: string): unknown {
  return withDigits(parse(text), text);
}

/** What JSON.parse has made of a text, or the same with every digit that was written, where some were not kept. */
export function withDigits(parsed: unknown, text: string): unknown {
  if (!INEXACT.test(text)) return parsed;
  return parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && String(value) !== source ? rawJSON(source) : value,
  );
}

/** A JSON value as text: strings as they are, everything else as JSON, with numbers as they were written. */
export function textOfJson(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Whether a JSON value is the one that `text` says, where 3.0 is also 3, and 1e3 is 1000. */
export function isJson(value: unknown, text: string): boolean {
  const short = (_key: string, one: unknown) => (isRawJSON(one) && isExact(one.rawJSON) ? Number(one.rawJSON) : one);
  return textOfJson(value) === text || (typeof value === 'object' && JSON.stringify(value, short) === text);
}

/** Whether a double tells a number from all others of as many digits. */
function isExact(source: string): boolean {
  const digits = source
    .replace(/[eE].*/, '')
    .replace(/[-.]/g, '')
    .replace(/^0+|0+$/g, '');
  return digits.length <= 15 && Number.isFinite(Number(source));
}
