import { MAX_HEAD_BYTES, type ResponseHeaders } from '../message.ts';
import { CONTENT_ENCODING, CONTENT_LENGTH, type Field, MALFORMED, ORDINARY, OTHER_PSEUDO, STATUS } from './field.ts';
import type { FieldSink } from './hpack/decoder.ts';

/** A double holds any number of this many digits exactly. */
const LENGTH = /^\d{1,15}$/;
const STATUS_CODE = /^[1-9]\d\d$/;

/** A block without errors, as far as a response needs it that does not collect fields. */
export type ParsedHead = Readonly<{
  status: number;
  contentLength: number;
  coding: ResponseHeaders | undefined;
  size: number;
}>;

/** The fields of one header block, as far as a response needs them. One object receives one block after another. */
export class ResponseHead implements FieldSink {
  /** 0: none. */
  status = 0;
  /** -1: none. */
  contentLength = -1;
  /** The content-encoding alone, as headers; undefined without one. */
  coding: ResponseHeaders | undefined;
  /** All fields but the pseudo-header fields, if they are collected. */
  headers: Record<string, string[]> | undefined;
  /** The size of the fields as of RFC 9113, 6.5.2. */
  size = 0;
  /** Why the block makes the response malformed; empty: it does not. */
  problem = '';
  #hasOrdinary = false;

  /** The next block begins. `collects`: whether all fields are needed. */
  begin(collects: boolean): void {
    this.status = 0;
    this.contentLength = -1;
    this.coding = undefined;
    this.headers = collects ? Object.create(null) : undefined;
    this.size = 0;
    this.problem = '';
    this.#hasOrdinary = false;
  }

  /** The block in the form that a cache holds; undefined when it is malformed. */
  get parsed(): ParsedHead | undefined {
    const { status, contentLength, coding, size } = this;
    return this.problem === '' ? { status, contentLength, coding, size } : undefined;
  }

  /** Takes over a cached block. */
  restore({ status, contentLength, coding, size }: ParsedHead): void {
    this.status = status;
    this.contentLength = contentLength;
    this.coding = coding;
    this.size = size;
  }

  field(field: Field): void {
    this.size += field.size;
    if (this.size > MAX_HEAD_BYTES || this.problem !== '') return;
    switch (field.kind) {
      case STATUS:
        this.#setStatus(field.value);
        return;
      case OTHER_PSEUDO:
        this.problem = `the pseudo-header field ${field.name} in a response`;
        return;
      case MALFORMED:
        this.problem = field.problem;
        return;
      case CONTENT_LENGTH:
        this.#setLength(field.value);
        break;
      case CONTENT_ENCODING:
        this.coding = { [field.name]: [...(this.coding?.[field.name] ?? []), field.value] };
        break;
      case ORDINARY:
    }
    this.#hasOrdinary = true;
    if (this.headers === undefined) return;
    this.headers[field.name] ??= [];
    this.headers[field.name]!.push(field.value);
  }

  #setStatus(value: string): void {
    if (this.#hasOrdinary) this.problem = 'a status after a header';
    else if (this.status !== 0) this.problem = 'two statuses';
    else if (STATUS_CODE.test(value)) this.status = Number(value);
    else this.problem = 'a status that is not a number of three digits';
  }

  #setLength(value: string): void {
    if (this.contentLength >= 0) this.problem = 'two content-lengths';
    else if (LENGTH.test(value)) this.contentLength = Number(value);
    else this.problem = 'a content-length that is not a number';
  }
}
