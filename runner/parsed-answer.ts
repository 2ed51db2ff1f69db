import type { ResponseHeaders } from './transport.ts';

/** An answer in the forms that checks want, made when the first one wants them. */
export class ParsedAnswer {
  readonly headers: ResponseHeaders;
  readonly #body: Buffer;
  #text: string | undefined;
  #json: { value: unknown } | undefined;

  constructor(headers: ResponseHeaders, body: Buffer) {
    this.headers = headers;
    this.#body = body;
  }

  get text(): string {
    this.#text ??= this.#body.toString();
    return this.#text;
  }

  /** Undefined when the body is no JSON. */
  get json(): unknown {
    this.#json ??= { value: parseJson(this.text) };
    return this.#json.value;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** All values of a header; `name` is in lower case. Space around a value is not part of it, though transports may leave it there. */
export function valuesOf(headers: ResponseHeaders, name: string): readonly string[] {
  const value = headers[name];
  if (value === undefined) return [];
  return (typeof value === 'string' ? [value] : value).map((one) => one.trim());
}
