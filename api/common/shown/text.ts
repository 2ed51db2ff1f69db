/**
 * Characters that a terminal, a log viewer or a browser obeys instead of showing them: C0 without tab and line feed, DEL, C1, the
 * bidirectional controls, and the line ends of Unicode. An escape sequence such as OSC 8 begins with one of them.
 */
export const OBEYED = /[^\P{Cc}\t\n]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/gu;
const LINE_ENDS = /\r\n?/g;

/** Text of others as it may be shown: line ends are line feeds, and U+FFFD replaces every other character that would be obeyed. */
export function shownText(text: string): string {
  return text.replace(LINE_ENDS, '\n').replace(OBEYED, '\ufffd');
}

/** Text of others on one line. */
export function shownLine(text: string): string {
  return shownText(text.replace(/\s+/g, ' ').trim());
}

/** A value with all its texts and keys on one line each, as {@link shownLine} returns them. */
export function shownValue<T>(value: T): T {
  return shown(value) as T;
}

function shown(value: unknown): unknown {
  if (typeof value === 'string') return shownLine(value);
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [shownLine(key), shown(one)]));
}

/** JSON that shows the same value without a character that would be obeyed. `indent`: spaces of each level. */
export function shownJson(value: unknown, indent?: number): string {
  return escapedJson(JSON.stringify(value, null, indent));
}

/** JSON text with escapes for characters that would be obeyed, which it can have in its strings only. */
export function escapedJson(json: string): string {
  return json.replace(OBEYED, escapeOf);
}

/** An obeyed character as JSON and YAML escape it in double quotes: "\\u202e". */
export function escapeOf(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
