const SPACE = 32;
const TAB = 9;

/** The blanks that HTTP has around a value (RFC 9110, 5.6.3); `trim` takes more, such as the last byte of an `à` in UTF-8. */
export function isOptionalWhitespace(c: number): boolean {
  return c === SPACE || c === TAB;
}

/** A header's value without the blanks around it. */
export function trimOptionalWhitespace(value: string): string {
  let [from, to] = [0, value.length];
  while (from < to && isOptionalWhitespace(value.charCodeAt(from))) from++;
  while (to > from && isOptionalWhitespace(value.charCodeAt(to - 1))) to--;
  return value.slice(from, to);
}
