const SPACE = 32;
const TAB = 9;

/** Whether a byte is optional whitespace (OWS; RFC 9110, 5.6.3). `trim` removes more, such as the last byte of an `à` in UTF-8. */
export function isOptionalWhitespace(c: number): boolean {
  return c === SPACE || c === TAB;
}

/** A field value without the optional whitespace around it. */
export function trimOptionalWhitespace(value: string): string {
  let [from, to] = [0, value.length];
  while (from < to && isOptionalWhitespace(value.charCodeAt(from))) from++;
  while (to > from && isOptionalWhitespace(value.charCodeAt(to - 1))) to--;
  return value.slice(from, to);
}
