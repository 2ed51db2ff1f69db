import { huffmanEncode, huffmanLength } from '../../../runner/transport/http2/hpack/huffman.ts';
import { STATIC_FIELDS } from '../../../runner/transport/http2/hpack/static-table.ts';

const [INDEXED, INCREMENTAL, SIZE_UPDATE, NEVER_INDEXED] = [0x80, 0x40, 0x20, 0x10];
const HUFFMAN = 0x80;
const TABLE_BYTES = 4096;
/** The index of the first field that is not a pseudo-header field. */
const FIRST_ORDINARY = STATIC_FIELDS.findIndex(({ name }) => !name.startsWith(':')) + 1;
const FIRST_DYNAMIC = STATIC_FIELDS.length + 1;
/** A field whose name is one of a connection is no response's; its index is skipped. */
const OF_CONNECTION = STATIC_FIELDS.findIndex(({ name }) => name === 'transfer-encoding') + 1;
const CONTENT_LENGTH = STATIC_FIELDS.findIndex(({ name }) => name === 'content-length') + 1;

const TEXT = 'abcdefghijklmnopqrstuvwxyz0123456789-_.';
const NAMES = ['x', 'x-request-id', 'grpc-status', 'alt-svc', 'x-long-name-of-a-field-that-nobody-needs', 'q9'];
const VALUES = [
  '',
  '1',
  'gzip',
  'text/html; charset=utf-8',
  'max-age=31536000',
  'Sun, 29 Nov 2026 20:42:16 GMT',
  '"5f-a1"',
];

/** `:status: 103`, a literal that enters no table: an informational response may follow any other one. */
const EARLY_HINTS = [0x08, 3, 0x31, 0x30, 0x33];

/** Returns a function that generates the header blocks of one connection, valid ones for the most part. Each begins with the status 103. */
export function blocksOf(random: () => number): () => Buffer {
  const below = (n: number) => Math.floor(random() * n);
  const oneOf = <T>(list: readonly T[]) => list[below(list.length)]!;
  let added = 0;

  function integer(first: number, mask: number, value: number): number[] {
    if (value < mask) return [first | value];
    const bytes = [first | mask];
    let rest = value - mask;
    for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
    // Zeros beyond the value are allowed.
    return random() < 0.05 ? [...bytes, rest | 0x80, 0] : [...bytes, rest];
  }

  function string(text: string): number[] {
    if (random() < 0.4) return [...integer(0, 0x7f, text.length), ...Buffer.from(text, 'latin1')];
    const coded = Buffer.alloc(huffmanLength(text));
    huffmanEncode(text, coded, 0);
    return [...integer(HUFFMAN, 0x7f, coded.length), ...coded];
  }

  /** A text of letters, or of any bytes. */
  function text(maxLength: number): string {
    const isAny = random() < 0.15;
    const character = () => (isAny ? String.fromCharCode(below(256)) : TEXT[below(TEXT.length)]!);
    return Array.from({ length: below(maxLength) }, character).join('');
  }

  function staticIndex(): number {
    const index = FIRST_ORDINARY + below(FIRST_DYNAMIC - FIRST_ORDINARY);
    return index === OF_CONNECTION || index === CONTENT_LENGTH ? index + 1 : index;
  }

  /** Of a field that was added, unless it is out of the table again. */
  const index = () => (added > 0 && random() < 0.5 ? FIRST_DYNAMIC + below(Math.min(added, 40)) : staticIndex());

  function literal(): number[] {
    const isIncremental = random() < 0.5;
    const [first, mask] = isIncremental ? [INCREMENTAL, 0x3f] : [random() < 0.2 ? NEVER_INDEXED : 0, 0x0f];
    const isIndexed = random() < 0.5;
    const name = isIndexed
      ? integer(first, mask, index())
      : [first, ...string(random() < 0.7 ? oneOf(NAMES) : `${text(12)}x`)];
    if (isIncremental) added++;
    return [...name, ...string(random() < 0.6 ? oneOf(VALUES) : text(random() < 0.02 ? 600 : 40))];
  }

  function mutated(bytes: number[]): number[] {
    return bytes.toSpliced(below(bytes.length + 1), below(3), ...(random() < 0.7 ? [below(256)] : []));
  }

  return () => {
    const sizes: number[] = [];
    const fields: number[] = [];
    if (random() < 0.02) {
      added = 0;
      for (let n = below(2); n >= 0; n--)
        sizes.push(...integer(SIZE_UPDATE, 0x1f, random() < 0.5 ? TABLE_BYTES : below(TABLE_BYTES)));
    }
    for (let n = below(8); n > 0; n--) fields.push(...(random() < 0.4 ? integer(INDEXED, 0x7f, index()) : literal()));
    return Buffer.from([...sizes, ...EARLY_HINTS, ...(random() < 0.02 ? mutated(fields) : fields)]);
  };
}
