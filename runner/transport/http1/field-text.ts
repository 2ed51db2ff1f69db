const TAB = 9;
const SPACE = 32;
const DELETE = 127;

/** 1 for the bytes of a field value (RFC 9110, 5.5); the tab is the only control character. */
export const FIELD_TEXT = new Uint8Array(256).map((_, c) => (c === TAB || (c >= SPACE && c !== DELETE) ? 1 : 0));
