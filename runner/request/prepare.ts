import { microseconds } from '../../api/common/duration.ts';
import type { NamedValue } from '../../api/common/value-source.ts';
import type { RequestSpec } from '../../api/loadtest/request.ts';
import type { Target } from '../../api/loadtest/target.ts';
import { fill, type Scope, type Template, templateOf } from '../../model/request/template.ts';
import { responseExpectation } from '../response/expectation.ts';
import { authorizationOf } from '../values/authorization.ts';
import { headerText } from '../values/header-values.ts';
import { type Values, valueParts } from '../values/referenced-values.ts';
import { bodyOf } from './body.ts';
import { pathTemplate } from './path.ts';
import type { PreparedRequest } from './prepared-request.ts';

/**
 * The requests of a spec with everything looked up; `values` holds every key that the spec refers to, `columns` are those of its data.
 * `journey`: one after the other, so that cookies are looked for. What does not change from one arrival to the next is made here, once.
 */
export function prepareRequests(
  target: Pick<Target, 'url' | 'auth' | 'http'>,
  requests: readonly RequestSpec[],
  values: Values,
  { columns = [], journey = false }: { columns?: readonly string[]; journey?: boolean } = {},
): PreparedRequest[] {
  const base = new URL(target.url);
  const authorization = authorizationOf(target.auth, values);
  const most = target.http?.maxRedirects ?? 0;
  const site = { host: base.hostname, secure: base.protocol === 'https:' };
  return requests.map((request) => {
    const body = request.body === undefined ? undefined : bodyOf(request.body, values, columns);
    const own = (request.headers ?? []).map((h) => [h.name, headerTemplate(h, values, columns)] as const);
    const named = new Set(own.map(([name]) => name.toLowerCase()));
    const implied = [
      ['authorization', authorization],
      ['content-type', body?.contentType],
      ['content-encoding', request.body?.encoding === 'Gzip' ? 'gzip' : undefined],
      ['user-agent', 'loadtest-operator'],
      ['accept', '*/*'],
    ] as const;
    const redirects = most === 0 ? null : { most, target: base, required: request.expect?.status === undefined };
    const path = pathTemplate(base.pathname, request.path, columns);
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
        site,
        ...responseExpectation(request, {
          decodes: named.has('accept-encoding'),
          wantsHeaders: journey || most > 0,
        }),
      },
      path,
      headers,
      body?.content ?? null,
    );
  });
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

/** What a header cannot hold is percent-encoded, so that no value can begin a line of its own. */
function headerTemplate(header: NamedValue, values: Values, columns: readonly string[]): Template {
  return templateOf(valueParts(header, values, columns, headerText), (value) =>
    value.replace(/[^\t -~]+/gu, (odd) => encodeURIComponent(odd.toWellFormed())),
  );
}
