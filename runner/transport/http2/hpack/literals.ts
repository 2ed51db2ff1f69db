import { huffmanEncode, huffmanLength } from './huffman.ts';
import { STATIC_FIELDS } from './static-table.ts';

/** A literal without indexing, and a field of the static table (RFC 7541, 6.2.2 and 6.1). */
const WITHOUT_INDEXING = { prefix: 0x00, mask: 0x0f };
const INDEXED = { prefix: 0x80, mask: 0x7f };
const RAW = { prefix: 0x00, mask: 0x7f };
const CODED = { prefix: 0x80, mask: 0x7f };
type Form = { prefix: number; mask: number };

/** The table is not used from here on, so that every block means the same on every connection. */
export const EMPTY_TABLE = 0x20;

/** The most bytes of an integer. */
const MAX_INTEGER_BYTES = 6;

/** The first indexes of the static table's names, and those of its whole fields. */
const NAMES = new Map(STATIC_FIELDS.map(({ name }, i) => [name, i + 1] as const).reverse());
const FIELDS = new Map(STATIC_FIELDS.map(({ name, value }, i) => [`${name}\n${value}`, i + 1] as const).reverse());

/** The most bytes that a field takes. */
export function maxFieldBytes(name: string, value: string): number {
  return 3 * MAX_INTEGER_BYTES + name.length + value.length;
}

/** Writes a field into `into` at `at`, where there is room for it; returns where it ends. `name` is in lower case; a character is a byte. */
export function writeField(name: string, value: string, into: Buffer, at: number): number {
  const index = FIELDS.get(`${name}\n${value}`);
  if (index !== undefined) return writeInteger(INDEXED, index, into, at);
  const nameIndex = NAMES.get(name) ?? 0;
  const to = writeInteger(WITHOUT_INDEXING, nameIndex, into, at);
  return writeString(value, into, nameIndex === 0 ? writeString(name, into, to) : to);
}

/** Huffman coding where it is shorter. */
function writeString(text: string, into: Buffer, at: number): number {
  const coded = huffmanLength(text);
  if (coded < text.length) return huffmanEncode(text, into, writeInteger(CODED, coded, into, at));
  const to = writeInteger(RAW, text.length, into, at);
  return to + into.write(text, to, 'latin1');
}

function writeInteger({ prefix, mask }: Form, value: number, into: Buffer, at: number): number {
  let to = at;
  if (value < mask) {
    into[to++] = prefix | value;
    return to;
  }
  into[to++] = prefix | mask;
  let rest = value - mask;
  for (; rest >= 0x80; rest >>>= 7) into[to++] = (rest & 0x7f) | 0x80;
  into[to++] = rest;
  return to;
}
