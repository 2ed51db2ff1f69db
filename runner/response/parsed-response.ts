import { withDigits } from '../../model/request/json.ts';
import { valueAt } from '../../model/request/json-pointer.ts';
import type { ResponseHeaders } from '../transport/message.ts';
import { trimOptionalWhitespace } from '../transport/optional-whitespace.ts';

/** A response in the forms that checks need, each made at first use. */
export class ParsedResponse {
  readonly headers: ResponseHeaders;
  readonly #body: Buffer;
  #text: string | undefined;
  #json: { value: unknown } | undefined;
  #exact: { value: unknown } | undefined;

  constructor(headers: ResponseHeaders, body: Buffer) {
    this.headers = headers;
    this.#body = body;
  }

  get text(): string {
    this.#text ??= this.#body.toString();
    return this.#text;
  }

  get isJson(): boolean {
    return this.#parsed !== undefined;
  }

  /** The value at a JSON Pointer; undefined when there is none. Numbers keep the digits that the body has. */
  at(pointer: string): unknown {
    const value = valueAt(this.#parsed, pointer);
    if (value === null || (typeof value !== 'number' && typeof value !== 'object')) return value;
    this.#exact ??= { value: withDigits(this.#parsed, this.text) };
    return valueAt(this.#exact.value, pointer);
  }

  /** Undefined when the body is not JSON. */
  get #parsed(): unknown {
    this.#json ??= { value: jsonOf(this.text) };
    return this.#json.value;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** All values of a header without the whitespace around them; `name` is in lower case. */
export function valuesOf(headers: ResponseHeaders, name: string): readonly string[] {
  const value = headers[name];
  if (value === undefined) return [];
  return (typeof value === 'string' ? [value] : value).map(trimOptionalWhitespace);
}
