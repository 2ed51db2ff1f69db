/** The JSON values that stand one after the other in a text, and where; undefined if it is not all JSON. */
export function jsonValues(text: string): { text: string; offset: number }[] | undefined {
  const values: { text: string; offset: number }[] = [];
  const space = /\s*/y;
  for (let at = 0; ; ) {
    space.lastIndex = at;
    at += space.exec(text)![0].length;
    if (at === text.length) return values;
    const end = endOfValue(text, at);
    const value = text.slice(at, end);
    if (end === undefined || !isJson(value)) return undefined;
    values.push({ text: value, offset: at });
    at = end;
  }
}

/** Where the object or list that begins at `from` ends; undefined if it does not. */
function endOfValue(text: string, from: number): number | undefined {
  const token = /"(?:[^"\\]|\\.)*"|[[{]|[\]}]/gsy;
  const skip = /[^"[\]{}]*/y;
  let depth = 0;
  for (let at = from; at < text.length; at = token.lastIndex) {
    skip.lastIndex = at;
    token.lastIndex = at + skip.exec(text)![0].length;
    const found = token.exec(text)?.[0];
    if (found === undefined) return undefined;
    if (found === '{' || found === '[') depth += 1;
    else if (found === '}' || found === ']') depth -= 1;
    if (depth === 0) return token.lastIndex;
  }
  return undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
