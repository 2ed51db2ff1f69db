import { FRAMING_HEADERS } from '../../api/common/sizes.ts';
import { HEADER_NAME, isMethod, METHOD_MESSAGE, NO_METHODS } from '../../api/loadtest/http-names.ts';
import type { Outgoing, Prepared } from '../../api/loadtest/loadtest-script.d.ts';
import { pathOf } from '../request/path.ts';
import type { PreparedRequest } from '../request/prepared-request.ts';
import { ScriptMisuse } from './problem.ts';

const PATH = /^([/?][!"$-~]*)?$/;
const HEADER_VALUE = /^[\t -~]*$/;

/** A request of the spec as a script is shown it; `base` is the target's own path. */
export function shownRequest({ name, method, path, headers, body }: PreparedRequest, base: string): Prepared {
  const pairs = headers.flatMap((text, i) => (i % 2 === 0 ? [[text.toLowerCase(), headers[i + 1]!] as const] : []));
  const own = base.replace(/\/$/, '').length;
  return {
    name,
    method,
    path: path === base ? '' : path.slice(path[own] === '?' && base.endsWith('/') ? base.length : own),
    headers: Object.fromEntries(pairs),
    body: body === null ? null : body.toString(),
  };
}

/** The request of the spec with what a script puts in its place. Throws a {@link ScriptMisuse} that names the field. */
export function withOutgoing(request: PreparedRequest, outgoing: Outgoing, base: string): PreparedRequest {
  const { method = request.method, path } = outgoing;
  if (!isMethod(method)) throw misuse(`method ${METHOD_MESSAGE}, and no ${NO_METHODS.join(' and no ')}`);
  if (path !== undefined && (typeof path !== 'string' || !PATH.test(path)))
    throw misuse('path must begin with "/" or "?" and hold no spaces and no fragment (encodeURIComponent helps)');
  const { body = bodyLeft(request, method) } = outgoing;
  if (method === 'HEAD' && body !== undefined && body !== null) throw misuse('a HEAD has no body');
  const headers = headersOf(request.headers);
  if (body !== undefined) {
    headers.delete('content-encoding');
    const type = contentTypeOf(body, headers.has('content-type'));
    if (body === null) headers.delete('content-type');
    else if (type !== undefined) headers.set('content-type', ['content-type', type]);
  }
  for (const [name, value] of Object.entries(outgoing.headers ?? {})) setHeader(headers, name, value);
  return {
    ...request,
    method,
    path: path === undefined ? request.path : pathOf(base, path === '' ? undefined : path),
    headers: [...headers.values()].flat(),
    body: body === undefined ? request.body : bytesOf(body),
    fixed: false,
    render: null,
  };
}

/** What a script says of the body by saying nothing: that of another method is not meant for a HEAD or GET. */
function bodyLeft(request: PreparedRequest, method: string): null | undefined {
  return method === 'HEAD' || (method === 'GET' && request.method !== 'GET') ? null : undefined;
}

/** By name in lower case: the name as it is written, and the value. */
type Headers = Map<string, [name: string, value: string]>;

function headersOf(list: readonly string[]): Headers {
  const headers: Headers = new Map();
  for (let i = 0; i < list.length; i += 2) {
    const name = list[i]!;
    const before = headers.get(name.toLowerCase());
    headers.set(name.toLowerCase(), [name, before === undefined ? list[i + 1]! : `${before[1]}, ${list[i + 1]}`]);
  }
  return headers;
}

function setHeader(headers: Headers, name: string, value: unknown): void {
  const key = name.toLowerCase();
  if (!HEADER_NAME.test(name)) throw misuse(`"${name}" is no name of a header`);
  if (FRAMING_HEADERS.includes(key)) throw misuse(`the header ${name} is the runner's to set`);
  if (value === null || value === undefined) headers.delete(key);
  else if (!HEADER_VALUE.test(String(value))) throw misuse(`the header ${name} must be printable ASCII`);
  else headers.set(key, [name, String(value)]);
}

/** The type that a body implies, in the place of the spec's. */
function contentTypeOf(body: unknown, known: boolean): string | undefined {
  if (typeof body === 'string') return known ? undefined : 'text/plain; charset=utf-8';
  return body === null || body instanceof Uint8Array ? undefined : 'application/json';
}

function bytesOf(body: unknown): Buffer | null {
  if (body === null) return null;
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const json = JSON.stringify(body);
  if (json === undefined) throw misuse('body must be text, bytes or JSON');
  return Buffer.from(json);
}

function misuse(problem: string): ScriptMisuse {
  return new ScriptMisuse(`request: ${problem}`);
}
