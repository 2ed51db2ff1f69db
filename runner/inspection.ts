import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import type { Expect, Extract } from '../api/expect.ts';
import { DEFAULT_MAX_BODY } from '../api/limits.ts';
import { textOfJson, valueAt } from '../model/json-pointer.ts';
import type { Failure } from './failure.ts';
import type { ResponseHeaders } from './transport.ts';

/** A whole answer, for what cannot be told from its status and passing bytes alone; `arrival` is the number of the request's. */
export type Answer = { status: number; headers: ResponseHeaders; body: Buffer; arrival: number };

/** What an inspection finds: a failure to decode, or whether the answer is as expected, and a script's reason why not. */
export type Finding = { failure: Failure } | { expected: boolean; reason?: string };

/** Looks at whole answers; values that it extracts are put into `session`. */
export type Inspection = { maxBytes: number; inspect: (answer: Answer, session: Map<string, string>) => Finding };

/** More than one decoder takes what these give, the coding's raw form included, at a cost; servers send zlib's. */
const DECODERS: Record<string, (body: Buffer, options: { maxOutputLength: number }) => Buffer> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
};

/** What is to be inspected of an answer; null when passing bytes say all. `decodes`: the request asks for encoded bodies. */
export function inspectionOf(
  expect: Expect | undefined,
  extract: readonly Extract[] | undefined,
  decodes: boolean,
): Inspection | null {
  const { headers = [], json = [], bodyMatches, bodyContains } = expect ?? {};
  const looksDecoded = decodes && bodyContains !== undefined;
  const checks: ((answer: Parsed) => boolean)[] = [
    ...headers.map(({ name, value, matches }) => {
      const key = name.toLowerCase();
      const pattern = matches === undefined ? undefined : new RegExp(matches);
      return ({ headers }: Parsed) =>
        valuesOf(headers, key).some((has) => (pattern === undefined ? has === value : pattern.test(has)));
    }),
    ...(bodyMatches === undefined ? [] : [matcher(bodyMatches)]),
    ...(looksDecoded ? [(answer: Parsed) => answer.text.includes(bodyContains)] : []),
    ...json.map(({ pointer, value }) => (answer: Parsed) => {
      const found = valueAt(answer.json, pointer);
      return found !== undefined && textOfJson(found) === value;
    }),
  ];
  const extractors = (extract ?? []).map((one) => [one.name, extractor(one)] as const);
  if (checks.length === 0 && extractors.length === 0) return null;
  const maxBytes = expect?.maxBodyBytes ?? DEFAULT_MAX_BODY;
  return {
    maxBytes,
    inspect(answer, session) {
      const decoded = decode(answer, maxBytes);
      if ('failure' in decoded) return decoded;
      const parsed = new Parsed(answer.headers, decoded.body);
      if (!checks.every((check) => check(parsed))) return { expected: false };
      for (const [name, find] of extractors) {
        const value = find(parsed);
        if (value === undefined) return { expected: false };
        session.set(name, value);
      }
      return { expected: true };
    },
  };
}

/** An answer in the forms that checks want, made when the first one wants them. */
class Parsed {
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

function matcher(regex: string): (answer: Parsed) => boolean {
  const pattern = new RegExp(regex);
  return ({ text }) => pattern.test(text);
}

function extractor({ jsonPointer, header, regex }: Extract): (answer: Parsed) => string | undefined {
  if (header !== undefined) return ({ headers }) => valuesOf(headers, header.toLowerCase())[0];
  if (regex !== undefined) {
    const pattern = new RegExp(regex);
    return ({ text }) => {
      const match = pattern.exec(text);
      return match === null ? undefined : (match[1] ?? match[0]);
    };
  }
  return (answer) => {
    const found = valueAt(answer.json, jsonPointer!);
    return found === undefined || found === null ? undefined : textOfJson(found);
  };
}

/** All values of a header; `name` is in lower case. Space around a value is not part of it, though transports may leave it there. */
export function valuesOf(headers: ResponseHeaders, name: string): readonly string[] {
  const value = headers[name];
  if (value === undefined) return [];
  return (typeof value === 'string' ? [value] : value).map((one) => one.trim());
}

/** The body without its coding. */
export function decode(
  { headers, body }: Pick<Answer, 'headers' | 'body'>,
  maxOutputLength: number,
): { body: Buffer } | { failure: Failure } {
  const coding = valuesOf(headers, 'content-encoding')[0]?.trim().toLowerCase() ?? '';
  const decoder = DECODERS[coding];
  if (decoder === undefined || body.length === 0) return { body };
  try {
    return { body: decoder(body, { maxOutputLength }) };
  } catch (error) {
    const tooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    return {
      failure: tooLarge
        ? bodyTooLarge(maxOutputLength)
        : { kind: 'MalformedResponse', example: `body is no ${coding}` },
    };
  }
}

export function bodyTooLarge(limit: number): Failure {
  return { kind: 'BodyTooLarge', example: `a body of more than ${limit} bytes` };
}
