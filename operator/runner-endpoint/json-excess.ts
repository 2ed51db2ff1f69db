/** The deepest update has seven levels. */
const MAX_DEPTH = 16;
/** Beyond that of 32 requests with a thousand statuses each. A value takes up to sixty bytes of memory, and up to one of text. */
const MAX_VALUES = 200_000;

const [QUOTE, BACKSLASH, COMMA] = Buffer.from('"\\,');
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from('[]{}');

/**
 * Why JSON would take far more memory than its text, as a sentence; undefined when it would not. Parsed, four million brackets are 400 MB.
 * Also reads what is not JSON.
 */
export function jsonExcess(text: Uint8Array): string | undefined {
  let depth = 0;
  let values = 1;
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case QUOTE:
        at = endOfText(text, at + 1);
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        values++;
        if (++depth > MAX_DEPTH) return `the body is more than ${MAX_DEPTH} levels deep`;
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        depth--;
        break;
      case COMMA:
        values++;
        break;
    }
    if (values > MAX_VALUES) return `the body has more than ${MAX_VALUES} values`;
  }
  return undefined;
}

/** Where the text ends that begins at `from`. */
function endOfText(text: Uint8Array, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== QUOTE) at += text[at] === BACKSLASH ? 2 : 1;
  return at;
}
