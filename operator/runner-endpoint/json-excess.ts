/** The deepest update has seven levels. */
const MAX_DEPTH = 16;
/** Beyond that of 32 requests with a thousand statuses each. A value takes up to sixty bytes of memory, and up to one of text. */
const MAX_VALUES = 200_000;
/** The longest list is that of statuses, and no object has as many fields: an object of a hundred thousand takes a third of a second. */
const MAX_MEMBERS = 1024;

const [QUOTE, BACKSLASH, COMMA] = Buffer.from('"\\,');
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from('[]{}');

/**
 * Why JSON would take far more memory or time than its text, as a sentence; undefined when it would not. Parsed, four million brackets are
 * 400 MB. Also reads what is not JSON.
 */
export function jsonExcess(text: Uint8Array): string | undefined {
  /** How many members the list or object at each level has so far. */
  const members = new Uint32Array(MAX_DEPTH + 1);
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
        members[depth] = 1;
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        depth = Math.max(0, depth - 1);
        break;
      case COMMA:
        values++;
        members[depth] = members[depth]! + 1;
        if (members[depth]! > MAX_MEMBERS) return `the body has a list or an object of more than ${MAX_MEMBERS}`;
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
