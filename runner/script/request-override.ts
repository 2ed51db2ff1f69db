import { FRAMING_HEADERS } from '../../api/common/sizes.ts';
import { HEADER_NAME, isMethod, METHOD_MESSAGE, NO_METHODS } from '../../api/loadtest/http-names.ts';
import type { Prepared } from '../../api/loadtest/loadtest-script.d.ts';
import { pathOf } from '../request/path.ts';
import type { PreparedRequest } from '../request/prepared-request.ts';
import type { Override } from './channel/from-script.ts';
import { ScriptMisuse } from './channel/script-error.ts';

const PATH = /^([/?][!"$-~]*)?$/;
const HEADER_VALUE = /^[\t -~]*$/;

/** A request of the spec as scripts see it; `base` is the path of the target. */
export function scriptView({ name, method, path, headers, body }: PreparedRequest, base: string): Prepared {
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

/**
 * The request of the spec with the fields that a script overrides; `bytes`: those of a body of bytes. Throws a {@link ScriptMisuse} that names
 * an invalid field.
 */
export function withOverride(
  request: PreparedRequest,
  override: Override,
  bytes: Buffer | undefined,
  base: string,
): PreparedRequest {
  const method = methodOf(request, override);
  const path = overriddenPath(request, override, base);
  const body = bodyOf(request, override, method);
  const headers = headersOf(request, override, body);
  return {
    ...request,
    method,
    path,
    headers,
    body: body === undefined ? request.body : bytesOf(body, bytes),
    fixed: false,
    render: null,
  };
}

function methodOf(request: PreparedRequest, { method = request.method }: Override): string {
  if (!isMethod(method)) throw misuse(`method ${METHOD_MESSAGE}, but not ${NO_METHODS.join(' or ')}`);
  return method;
}

function overriddenPath(request: PreparedRequest, { path }: Override, base: string): string {
  if (path === undefined) return request.path;
  if (!PATH.test(path))
    throw misuse('path must begin with "/" or "?" and contain neither spaces nor a fragment; use encodeURIComponent');
  return pathOf(base, path === '' ? undefined : path);
}

type Body = Override['body'];

/** The body that replaces that of the spec; null for none, undefined to keep it. The body of another method is not kept for HEAD and GET. */
function bodyOf(request: PreparedRequest, { body }: Override, method: string): Body {
  if (body === undefined) return method === 'HEAD' || (method === 'GET' && request.method !== 'GET') ? null : undefined;
  if (method === 'HEAD' && body !== null) throw misuse('a HEAD request must not have a body');
  return body;
}

/** The headers of the message; `body` is that of {@link bodyOf}. */
function headersOf(request: PreparedRequest, override: Override, body: Body): string[] {
  const headers = headerMap(request.headers);
  if (body !== undefined) {
    headers.delete('content-encoding');
    const type = contentTypeOf(body, headers.has('content-type'));
    if (body === null) headers.delete('content-type');
    else if (type !== undefined) headers.set('content-type', ['Content-Type', type]);
  }
  for (const [name, value] of Object.entries(override.headers ?? {})) setHeader(headers, name, value);
  return [...headers.values()].flat();
}

/** Headers by their names in lower case: the name as written, and the value. */
type Headers = Map<string, [name: string, value: string]>;

function headerMap(list: readonly string[]): Headers {
  const headers: Headers = new Map();
  for (let i = 0; i < list.length; i += 2) {
    const name = list[i]!;
    const before = headers.get(name.toLowerCase());
    headers.set(name.toLowerCase(), [name, before === undefined ? list[i + 1]! : `${before[1]}, ${list[i + 1]}`]);
  }
  return headers;
}

function setHeader(headers: Headers, name: string, value: string | null): void {
  const key = name.toLowerCase();
  if (!HEADER_NAME.test(name)) throw misuse(`"${name}" is not a header name`);
  if (FRAMING_HEADERS.includes(key)) throw misuse(`header ${name} is set by the runner`);
  if (value === null) headers.delete(key);
  else if (!HEADER_VALUE.test(value)) throw misuse(`header ${name} must be printable ASCII`);
  else headers.set(key, [name, value]);
}

/** The content type that a body implies; undefined to keep that of the spec. Text keeps it (`isSet`), JSON does not. */
function contentTypeOf(body: Exclude<Body, undefined>, isSet: boolean): string | undefined {
  if (body === null || 'bytes' in body) return undefined;
  if ('json' in body) return 'application/json';
  return isSet ? undefined : 'text/plain; charset=utf-8';
}

function bytesOf(body: Exclude<Body, undefined>, bytes: Buffer | undefined): Buffer | null {
  if (body === null) return null;
  return 'bytes' in body ? bytes! : Buffer.from('json' in body ? body.json : body.text);
}

function misuse(problem: string): ScriptMisuse {
  return new ScriptMisuse(`request: ${problem}`);
}
