import { type Field, fieldOf } from '../field.ts';
import { DynamicTable } from './dynamic-table.ts';
import { huffmanDecode } from './huffman.ts';
import { STATIC_FIELDS, STATIC_LENGTH } from './static-table.ts';

/** Receives the fields of a block, in order. */
export interface FieldSink {
  field(field: Field): void;
}

/** The size of the dynamic table, which a peer may lower but not raise: the default of SETTINGS_HEADER_TABLE_SIZE. */
export const TABLE_BYTES = 4096;

/** Bits of a field's first byte (RFC 7541, 6). */
const INDEXED = 0x80;
const INCREMENTAL = 0x40;
const SIZE_UPDATE = 0x20;
const HUFFMAN = 0x80;

/** The most bits of an integer after its prefix: more than 32 have no use (RFC 7541, 5.1). */
const MAX_SHIFT = 28;
const MAX_INTEGER = 2 ** 32 - 1;
const NONE = -1;

/** Decoded strings, longest 8/5 of the coded ones. All decoders of a thread share it, because a string is taken out at once. */
let decoded = Buffer.alloc(4096);

/** Decodes header blocks of one connection (RFC 7541). */
export class HpackDecoder {
  readonly #table = new DynamicTable(TABLE_BYTES);
  #bytes: Buffer = decoded;
  #at = 0;
  #to = 0;
  /** Why the last integer or string could not be read. */
  #problem = '';
  /** Whether the last block has added fields to the table, or would have if the table kept any. */
  adds = false;
  /** Whether the last block has referred to the table, or changed its size. */
  #usesTable = false;

  /** Whether this decoder keeps no fields: the server has set the size of the table to 0. */
  get keepsNothing(): boolean {
    return this.#table.maxSize === 0;
  }

  /** Whether the last block has the same fields at any time, on this and any other connection whose decoder keeps nothing either. */
  get isStateless(): boolean {
    return !this.#usesTable && (!this.adds || this.keepsNothing);
  }

  /** Passes the fields of a whole block to `sink`. Returns why the block is invalid, which ends the connection; empty when it is valid. */
  decode(bytes: Buffer, from: number, to: number, sink: FieldSink): string {
    this.#bytes = bytes;
    this.#at = from;
    this.#to = to;
    this.#problem = '';
    this.adds = false;
    this.#usesTable = false;
    let isFirst = true;
    while (this.#at < to) {
      const first = bytes[this.#at]!;
      if ((first & INDEXED) !== 0) {
        const field = this.#indexed(this.#integer(0x7f));
        if (field === undefined) break;
        sink.field(field);
        isFirst = false;
      } else if ((first & (INCREMENTAL | SIZE_UPDATE)) === SIZE_UPDATE) {
        if (!this.#resize(isFirst)) break;
      } else {
        const field = this.#literal((first & INCREMENTAL) !== 0);
        if (field === undefined) break;
        sink.field(field);
        isFirst = false;
      }
    }
    return this.#problem;
  }

  /** The field of an index; undefined with a problem when there is none. */
  #indexed(index: number): Field | undefined {
    if (index === NONE) return undefined;
    const isStatic = index <= STATIC_LENGTH;
    this.#usesTable ||= !isStatic;
    const field = isStatic ? STATIC_FIELDS[index - 1] : this.#table.at(index - STATIC_LENGTH - 1);
    if (field === undefined) this.#problem = `no field has the index ${index}`;
    return field;
  }

  #literal(isIncremental: boolean): Field | undefined {
    const index = this.#integer(isIncremental ? 0x3f : 0x0f);
    if (index === NONE) return undefined;
    const name = index === 0 ? this.#string() : this.#indexed(index)?.name;
    if (name === undefined) return undefined;
    const value = this.#string();
    if (value === undefined) return undefined;
    const field = fieldOf(name, value);
    if (isIncremental) {
      this.adds = true;
      this.#table.add(field);
    }
    return field;
  }

  /** A change of the table's size precedes the fields of a block (RFC 7541, 4.2). */
  #resize(isFirst: boolean): boolean {
    this.#usesTable = true;
    const size = this.#integer(0x1f);
    if (size === NONE) return false;
    if (!isFirst) this.#problem = 'a change of the table size after a field';
    else if (size > TABLE_BYTES) this.#problem = `a table size of ${size}`;
    else this.#table.resize(size);
    return this.#problem === '';
  }

  /** An integer whose prefix is under `mask` in the next byte; NONE with a problem when it is cut off or too large. */
  #integer(mask: number): number {
    let value = this.#bytes[this.#at++]! & mask;
    if (value < mask) return value;
    for (let shift = 0; shift <= MAX_SHIFT; shift += 7) {
      if (this.#at >= this.#to) return this.#fail('a block that ends within an integer');
      const byte = this.#bytes[this.#at++]!;
      value += (byte & 0x7f) * 2 ** shift;
      if (value > MAX_INTEGER) break;
      if ((byte & 0x80) === 0) return value;
    }
    return this.#fail('an integer that is too large');
  }

  #string(): string | undefined {
    if (this.#at >= this.#to) {
      this.#fail('a block that ends before a string');
      return undefined;
    }
    const isCoded = (this.#bytes[this.#at]! & HUFFMAN) !== 0;
    const length = this.#integer(0x7f);
    if (length === NONE) return undefined;
    const from = this.#at;
    if (length > this.#to - from) {
      this.#fail('a block that ends within a string');
      return undefined;
    }
    this.#at += length;
    return isCoded ? this.#decoded(from, this.#at) : this.#bytes.toString('latin1', from, this.#at);
  }

  #decoded(from: number, to: number): string | undefined {
    if (decoded.length < 2 * (to - from)) decoded = Buffer.alloc(2 * (to - from));
    const length = huffmanDecode(this.#bytes, from, to, decoded);
    if (length >= 0) return decoded.toString('latin1', 0, length);
    this.#fail('an invalid Huffman code');
    return undefined;
  }

  #fail(problem: string): number {
    this.#problem = problem;
    return NONE;
  }
}
