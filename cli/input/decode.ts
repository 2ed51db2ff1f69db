import { isUtf8 } from 'node:buffer';

/** The marks at the beginning of a file that name its encoding. */
const MARKS: readonly [encoding: string, mark: readonly number[]][] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/**
 * The text of a file in UTF-8, or in UTF-16 with a byte order mark, as editors and shells of Windows write it. A problem names line and column
 * of the first byte that is not of the encoding.
 */
export function decodeText(bytes: Buffer): { text: string } | { position: string; problem: string } {
  const [encoding, mark] = MARKS.find(([, mark]) => mark.every((byte, i) => bytes[i] === byte)) ?? ['utf-8', []];
  const content = bytes.subarray(mark.length);
  try {
    return { text: new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(content) };
  } catch {
    if (encoding !== 'utf-8')
      return { position: '1:1', problem: `the file is not ${encoding}, as its first bytes say` };
    const offset = firstWrongByte(content);
    const before = content.subarray(0, offset).toString();
    const line = before.split('\n').length;
    const column = before.length - before.lastIndexOf('\n');
    const byte = content[offset]!.toString(16).padStart(2, '0');
    return { position: `${line}:${column}`, problem: `the byte 0x${byte} is not UTF-8: save the file as UTF-8` };
  }
}

/** The offset of the first byte that is not UTF-8. */
function firstWrongByte(bytes: Buffer): number {
  let [valid, end] = [0, bytes.length];
  // A prefix is valid up to the wrong byte; characters cut by the end of a prefix are shorter than four bytes.
  while (end - valid > 1) {
    const middle = (valid + end) >> 1;
    if (isUtf8Prefix(bytes.subarray(0, middle))) valid = middle;
    else end = middle;
  }
  return valid - unfinished(bytes.subarray(0, valid));
}

/** How many bytes at the end begin a character without ending it. */
function unfinished(bytes: Buffer): number {
  return [1, 2, 3].find((count) => (bytes.at(-count) ?? 0) >= 0xc0 && !isUtf8(bytes.subarray(-count))) ?? 0;
}

function isUtf8Prefix(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
