import { microseconds } from '../../api/common/duration.ts';
import type { NamedValue } from '../../api/common/value-source.ts';
import type { RequestSpec } from '../../api/loadtest/request.ts';
import type { Target } from '../../api/loadtest/target/target.ts';
import { hostNameOf } from '../../model/common/host.ts';
import { fill, partsOf, type Scope, type Template, templateOf } from '../../model/request/template.ts';
import { responseExpectation, statusOfRow } from '../response/expectation.ts';
import { authorizationOf } from '../values/authorization.ts';
import { headerText } from '../values/header-values.ts';
import { type Values, valueParts } from '../values/referenced-values.ts';
import { type BodyContent, prepareBody } from './body/body.ts';
import { basePathOf, pathTemplate } from './path.ts';
import type { PreparedRequest } from './prepared-request.ts';
import { withoutBody } from './without-body.ts';

/**
 * The requests of a spec with all their values looked up. Everything that is the same for all arrivals is made here, once.
 *
 * `values` holds every key that the spec refers to; `columns` are those of its data. `sequential`: an iteration sends the requests in
 * order, so that cookies need the headers of their responses.
 */
export function prepareRequests(
  target: Pick<Target, 'url' | 'auth' | 'http'>,
  requests: readonly RequestSpec[],
  values: Values,
  { columns = [], sequential = false }: { columns?: readonly string[]; sequential?: boolean } = {},
): PreparedRequest[] {
  const base = new URL(target.url);
  const authorization = authorizationOf(target.auth, values);
  const maxRedirects = target.http?.maxRedirects ?? 0;
  const site = { host: hostNameOf(base), secure: base.protocol === 'https:' };
  return requests.map((request) => {
    const body = prepareBody(request.body, { values, columns });
    const ownHeaders = (request.headers ?? []).map((h) => [h.name, headerTemplate(h, values, columns)] as const);
    const ownNames = new Set(ownHeaders.map(([name]) => name.toLowerCase()));
    // As curl and Go write them: some servers compare the letters of names.
    const implied = [
      ['Authorization', authorization],
      ['Content-Type', body.contentType],
      ['Content-Encoding', body.contentEncoding],
      ['User-Agent', 'loadtest-operator'],
      ['Accept', '*/*'],
    ] as const;
    const required = request.expect?.status === undefined;
    const headers = [
      ...ownHeaders,
      ...implied.filter(([name, value]) => value !== undefined && !ownNames.has(name.toLowerCase())),
    ].flat() as Template[];
    return withTemplates(
      {
        name: request.name,
        weight: request.weight,
        thinkTimeUs: microseconds(request.thinkTime ?? '0s'),
        method: request.method,
        redirects: maxRedirects === 0 ? null : { max: maxRedirects, target: base, required },
        site,
        ...responseExpectation(request, { wantsHeaders: sequential || maxRedirects > 0 }),
      },
      {
        method: templateOf(partsOf(request.method, columns)),
        status: request.expect?.status?.map((text) => templateOf(partsOf(text, columns))) ?? [],
        path: pathTemplate(basePathOf(target.url), request.path, columns),
        headers,
        body: body.content,
      },
    );
  });
}

type Untemplated = Omit<PreparedRequest, 'path' | 'headers' | 'body' | 'fixed' | 'render'>;

/** The parts of a request that may differ from arrival to arrival. */
type Templates = {
  method: Template;
  /** The patterns of the expected status; empty for the default. */
  status: readonly Template[];
  path: Template;
  headers: readonly Template[];
  body: BodyContent;
};

const isText = (template: Template) => typeof template === 'string';

/** A request, or a function that renders it for each arrival where a part varies. */
export function withTemplates(
  request: Untemplated,
  { method, status, path, headers, body }: Templates,
): PreparedRequest {
  const isConstant = isText(method) && status.every(isText);
  if (isConstant && typeof path === 'string' && typeof body !== 'function' && headers.every(isText))
    return { ...request, path, headers: headers as string[], body, fixed: true, render: null };
  const unrendered = { ...request, path: '', headers: [], body: null, fixed: false };
  const render = (scope: Scope): PreparedRequest => ({
    ...unrendered,
    render: null,
    path: fill(path, scope),
    headers: headers.map((header) => fill(header, scope)),
    body: typeof body === 'function' ? body(scope) : body,
  });
  if (isConstant) return { ...unrendered, render };
  return {
    ...unrendered,
    render: (scope) => {
      const rendered = { ...render(scope), method: fill(method, scope) };
      if (!status.every(isText)) Object.assign(rendered, statusOfRow(status.map((text) => fill(text, scope))));
      return rendered.method === 'HEAD' ? withoutBody(rendered) : rendered;
    },
  };
}

/** Percent-encodes the characters that a header cannot hold, so that no value can begin a header line of its own. */
export function headerTemplate(header: NamedValue, values: Values, columns: readonly string[]): Template {
  return templateOf(valueParts(header, values, columns, headerText), (value) =>
    value.replace(/[^\t -~]+/gu, (chars) => encodeURIComponent(chars.toWellFormed())),
  );
}
