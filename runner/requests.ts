import { gzipSync } from 'node:zlib';
import type { Body, BodyPart } from '../api/body.ts';
import { microseconds } from '../api/duration.ts';
import type { Expect } from '../api/expect.ts';
import type { NamedValue } from '../api/reference.ts';
import { basicAuthKeys, type KeyReference, keyReference, referencePath } from '../api/references.ts';
import type { RequestSpec } from '../api/request.ts';
import type { Target } from '../api/target.ts';
import { fill, type Part, partsOf, type Scope, type Template, templateOf } from '../model/template.ts';
import type { Failure } from './failure.ts';
import { type Inspection, inspectionOf } from './inspection.ts';
import { latin1, multipart } from './multipart.ts';
import type { Redirects } from './redirect.ts';

/** The bytes of every key that a spec refers to, by `referencePath`. */
export type Values = ReadonlyMap<string, Buffer>;

/** A request as a transport sends it. `headers` are names and values in turn. */
export type PreparedRequest = {
  name: string;
  weight: number;
  /** Of a journey's user before it is sent, microseconds. */
  thinkTime: number;
  method: RequestSpec['method'];
  path: string;
  headers: string[];
  body: Buffer | null;
  /** It is sent many times as it stands, so that what a transport makes of it is worth keeping. */
  fixed: boolean;
  /** Makes the request of one arrival from this one; null when it is the same for all. */
  render: ((scope: Scope) => PreparedRequest) | null;
  /** Why a script could not make it: it is not sent, and counted as failed. */
  failure?: Failure;
  expectsStatus: (status: number) => boolean;
  expectsBody: Buffer | null;
  /** Whether the answer's headers are looked at. */
  wantsHeaders: boolean;
  /** A greater body is a failure. */
  maxBodyBytes: number;
  /** What is looked at in the answer as a whole. */
  inspection: Inspection | null;
  /** Null when a redirect is an answer like any other. */
  redirects: Redirects | null;
};

/**
 * The requests of a spec with everything looked up; `values` holds every key that the spec refers to, `columns` are those of its data.
 * `journey`: one after the other, so that cookies are looked for. What does not change from one arrival to the next is made here, once.
 */
export function prepareRequests(
  target: Target,
  requests: readonly RequestSpec[],
  values: Values,
  { columns = [], journey = false }: { columns?: readonly string[]; journey?: boolean } = {},
): PreparedRequest[] {
  const base = new URL(target.url);
  const authorization = authorizationOf(target.auth, values);
  const most = target.http?.maxRedirects ?? 0;
  const redirects = most === 0 ? null : { most, target: base };
  return requests.map((request) => {
    const body = request.body === undefined ? undefined : encodeBody(request.body, values, columns);
    const own = (request.headers ?? []).map((h) => [h.name, headerTemplate(h, values, columns)] as const);
    const named = new Set(own.map(([name]) => name.toLowerCase()));
    const implied = [
      ['authorization', authorization],
      ['content-type', body?.contentType],
      ['content-encoding', request.body?.encoding === 'Gzip' ? 'gzip' : undefined],
      ['user-agent', 'loadtest-operator'],
      ['accept', '*/*'],
    ] as const;
    const path = templateOf(partsOf(pathOf(base.pathname, request.path), columns), pathEncoded);
    const headers = [
      ...own,
      ...implied.filter(([name, value]) => value !== undefined && !named.has(name)),
    ].flat() as Template[];
    return withTemplates(
      {
        name: request.name,
        weight: request.weight,
        thinkTime: microseconds(request.thinkTime ?? '0s'),
        method: request.method,
        redirects,
        ...answerExpectation(request, {
          decodes: named.has('accept-encoding'),
          wantsHeaders: journey || redirects !== null,
        }),
      },
      path,
      headers,
      body === undefined ? null : bodyMaker(body, request.body?.encoding),
    );
  });
}

/** A body's bytes, or what makes them for an arrival. */
function bodyMaker({ content, charset }: EncodedBody, encoding: Body['encoding']): Buffer | ((scope: Scope) => Buffer) {
  const encode = (bytes: Buffer) => (encoding === 'Gzip' ? gzipSync(bytes) : bytes);
  if (typeof content === 'function') return (scope) => encode(Buffer.from(content(scope), charset));
  return encode(typeof content === 'string' ? Buffer.from(content, charset) : content);
}

type Untemplated = Omit<PreparedRequest, 'path' | 'headers' | 'body' | 'fixed' | 'render'>;

function withTemplates(
  request: Untemplated,
  path: Template,
  headers: readonly Template[],
  body: Buffer | ((scope: Scope) => Buffer) | null,
): PreparedRequest {
  if (typeof path === 'string' && typeof body !== 'function' && headers.every((h) => typeof h === 'string'))
    return { ...request, path, headers: headers as string[], body, fixed: true, render: null };
  const blank = { ...request, path: '', headers: [], body: null, fixed: false };
  const render = (scope: Scope): PreparedRequest => ({
    ...blank,
    render: null,
    path: fill(path, scope),
    headers: headers.map((header) => fill(header, scope)),
    body: typeof body === 'function' ? body(scope) : body,
  });
  return { ...blank, render };
}

/** The base path with a request's path behind it; exactly one slash stands between the two. */
export function pathOf(base: string, path: string | undefined): string {
  if (path === undefined) return base;
  return path.startsWith('/') ? base.replace(/\/$/, '') + path : base + path;
}

/** The value of the header that authenticates with a target or a proxy. */
export function authorizationOf(auth: Target['auth'], values: Values): string | undefined {
  if (auth?.basic !== undefined) {
    const [user, password] = basicAuthKeys(auth.basic.secretRef.name).map((key) => bytesOf(key, values));
    return `Basic ${Buffer.concat([user!, Buffer.from(':'), password!]).toString('base64')}`;
  }
  if (auth?.bearer === undefined) return undefined;
  return `Bearer ${bytesOf({ kind: 'Secret', ...auth.bearer.secretKeyRef }, values)
    .toString()
    .trim()}`;
}

/** A body before its templates are filled; text in latin1 is bytes. */
type EncodedBody = { content: Buffer | Template; contentType?: string; charset?: 'latin1' };

function encodeBody(body: Body, values: Values, columns: readonly string[]): EncodedBody {
  if (body.json !== undefined) {
    const content = templateOf(partsOf(JSON.stringify(body.json), columns), (value) =>
      JSON.stringify(value).slice(1, -1),
    );
    return { content, contentType: 'application/json' };
  }
  if (body.text !== undefined)
    return { content: templateOf(partsOf(body.text, columns)), contentType: 'text/plain; charset=utf-8' };
  if (body.from !== undefined) return { content: bytesOf(keyReference(body.from), values) };
  if (body.multipart !== undefined) {
    const { pieces, contentType } = multipart(body.multipart, (part) => bytesInLatin1(part, values, columns));
    return { content: templateOf(pieces, latin1), contentType, charset: 'latin1' };
  }
  const fields = (body.form ?? []).flatMap((field, i) => [
    `${i === 0 ? '' : '&'}${formEncoded(field.name)}=`,
    ...valueParts(field, values, columns).map((part) => (typeof part === 'string' ? formEncoded(part) : part)),
  ]);
  return { content: templateOf(fields, formEncoded), contentType: 'application/x-www-form-urlencoded' };
}

function bytesInLatin1({ value, valueFrom }: BodyPart, values: Values, columns: readonly string[]): Part[] {
  if (valueFrom !== undefined) return [bytesOf(keyReference(valueFrom), values).toString('latin1')];
  return partsOf(value ?? '', columns).map((part) => (typeof part === 'string' ? latin1(part) : part));
}

function pathEncoded(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}

function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}

/** A value of the spec in parts; what comes from a Secret or ConfigMap stands for itself, whatever it looks like. */
function valueParts({ value, valueFrom }: NamedValue, values: Values, columns: readonly string[]): Part[] {
  return valueFrom === undefined
    ? partsOf(value ?? '', columns)
    : [bytesOf(keyReference(valueFrom), values).toString()];
}

/** What a header cannot hold is percent-encoded, so that no value can begin a line of its own. */
function headerTemplate(header: NamedValue, values: Values, columns: readonly string[]): Template {
  return templateOf(valueParts(header, values, columns), (value) =>
    value.replace(/[^\t -~]+/gu, (odd) => encodeURIComponent(odd.toWellFormed())),
  );
}

function bytesOf(key: KeyReference, values: Values): Buffer {
  const bytes = values.get(referencePath(key));
  if (bytes === undefined) throw new Error(`bug: ${referencePath(key)} was not looked up`);
  return bytes;
}

type AnswerExpectation = Pick<
  PreparedRequest,
  'expectsStatus' | 'expectsBody' | 'wantsHeaders' | 'maxBodyBytes' | 'inspection'
>;

/** Who asks for encoded bodies gets them decoded before they are looked at. */
function answerExpectation(
  { expect, extract }: RequestSpec,
  { decodes, wantsHeaders }: { decodes: boolean; wantsHeaders: boolean },
): AnswerExpectation {
  const inspection = inspectionOf(expect, extract, decodes);
  const passing = decodes ? undefined : expect?.bodyContains;
  return {
    expectsStatus: statusExpectation(expect),
    expectsBody: passing === undefined ? null : Buffer.from(passing),
    wantsHeaders: wantsHeaders || inspection !== null,
    maxBodyBytes: expect?.maxBodyBytes ?? inspection?.maxBytes ?? Number.POSITIVE_INFINITY,
    inspection,
  };
}

function statusExpectation(expect: Expect | undefined): (status: number) => boolean {
  const patterns = expect?.status;
  if (patterns === undefined) return (status) => status < 400;
  const expected = new Set<number>();
  for (let status = 100; status < 600; status++) {
    if (patterns.some((p) => p === String(status) || p === `${Math.floor(status / 100)}xx`)) expected.add(status);
  }
  return (status) => expected.has(status);
}
