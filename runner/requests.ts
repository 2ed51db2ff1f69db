import { type KeyReference, keyReference, type NamedValue } from '../api/reference.ts';
import { basicAuthKeys, referencePath } from '../api/references.ts';
import type { Body, Expect, RequestSpec } from '../api/request.ts';
import type { Target } from '../api/target.ts';

/** The bytes of every key that a spec refers to, by `referencePath`. */
export type Values = ReadonlyMap<string, Buffer>;

/** A request made ready once, to be sent many times. `headers` are names and values in turn. */
export type PreparedRequest = {
  name: string;
  weight: number;
  method: RequestSpec['method'];
  path: string;
  headers: string[];
  body: Buffer | null;
  expectsStatus: (status: number) => boolean;
  expectsBody: Buffer | null;
};

/** The requests of a spec with everything looked up; `values` holds every key that the spec refers to. */
export function prepareRequests(target: Target, requests: readonly RequestSpec[], values: Values): PreparedRequest[] {
  const base = new URL(target.url);
  const authorization = authorizationHeader(target, values);
  return requests.map((request) => {
    const body = request.body === undefined ? undefined : encodeBody(request.body, values);
    const own = (request.headers ?? []).map((h) => [h.name, textOf(h, values)] as const);
    const named = new Set(own.map(([name]) => name.toLowerCase()));
    const implied = [
      ['authorization', authorization],
      ['content-type', body?.contentType],
      ['user-agent', 'loadtest-operator'],
      ['accept', '*/*'],
    ] as const;
    return {
      name: request.name,
      weight: request.weight,
      method: request.method,
      path: pathOf(base.pathname, request.path),
      headers: [
        ...own,
        ...implied.filter(([name, value]) => value !== undefined && !named.has(name)),
      ].flat() as string[],
      body: body?.bytes ?? null,
      expectsStatus: statusExpectation(request.expect),
      expectsBody: request.expect?.bodyContains === undefined ? null : Buffer.from(request.expect.bodyContains),
    };
  });
}

/** The base path with a request's path behind it; exactly one slash stands between the two. */
export function pathOf(base: string, path: string | undefined): string {
  if (path === undefined) return base;
  return path.startsWith('/') ? base.replace(/\/$/, '') + path : base + path;
}

function authorizationHeader({ auth }: Target, values: Values): string | undefined {
  if (auth?.basic !== undefined) {
    const [user, password] = basicAuthKeys(auth.basic.secretRef.name).map((key) => bytesOf(key, values));
    return `Basic ${Buffer.concat([user!, Buffer.from(':'), password!]).toString('base64')}`;
  }
  if (auth?.bearer === undefined) return undefined;
  return `Bearer ${bytesOf({ kind: 'Secret', ...auth.bearer.secretKeyRef }, values)
    .toString()
    .trim()}`;
}

function encodeBody(body: Body, values: Values): { bytes: Buffer; contentType?: string } {
  if (body.json !== undefined)
    return { bytes: Buffer.from(JSON.stringify(body.json)), contentType: 'application/json' };
  if (body.text !== undefined) return { bytes: Buffer.from(body.text), contentType: 'text/plain; charset=utf-8' };
  if (body.from !== undefined) return { bytes: bytesOf(keyReference(body.from), values) };
  const fields = new URLSearchParams((body.form ?? []).map((field) => [field.name, textOf(field, values)]));
  return { bytes: Buffer.from(fields.toString()), contentType: 'application/x-www-form-urlencoded' };
}

function textOf({ value, valueFrom }: NamedValue, values: Values): string {
  return valueFrom === undefined ? (value ?? '') : bytesOf(keyReference(valueFrom), values).toString();
}

function bytesOf(key: KeyReference, values: Values): Buffer {
  const bytes = values.get(referencePath(key));
  if (bytes === undefined) throw new Error(`bug: ${referencePath(key)} was not looked up`);
  return bytes;
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
