import { API_VERSION, LOAD_TEST } from '../../api/common/group.ts';
import { MAX_LOAD_TEST_NAME } from '../../api/common/names.ts';
import type { KubeObject } from '../input/documents.ts';
import { validateObject } from '../input/validate.ts';
import { bodyOf } from './body-argument.ts';
import { HEADERS, headerOf, pathOf } from './header-argument.ts';
import { loadOf } from './url-load.ts';
import { inOptions, type UrlOptions } from './url-options.ts';
import type { Surroundings } from './value-argument.ts';

/** The LoadTest for a URL and the ConfigMap that it needs, and its secret values by referencePath, which are in none of the objects. */
export type UrlTest = { objects: KubeObject[]; values: Map<string, Buffer>; secrets: string[] };

/** Makes the LoadTest that `loadtest run URL` stands for; problems name the options. `hasData`: the command line gives rows besides. */
export function loadTestOfUrl(
  url: string,
  options: UrlOptions,
  surroundings: Surroundings,
  hasData = false,
): UrlTest | { problems: string[] } {
  const [, scheme = '', host = '', rest = ''] = /^([a-z]+:\/\/)([^/?#]*)([^#]*)/i.exec(url) ?? [];
  const origin = `${scheme.toLowerCase()}${host}`;
  const headers = (options.header ?? []).map((text) => headerOf(text, surroundings));
  const body = bodyOf(options.body, surroundings);
  const load = loadOf(options);
  const problems = [...headers, body, load].flatMap((part) => ('problem' in part ? [part.problem] : []));
  if (problems.length > 0 || 'problem' in body || 'problem' in load) return { problems };

  const named = headers.flatMap((h) => ('header' in h ? [h] : []));
  const hasType = named.some(({ header }) => header.name.toLowerCase() === 'content-type');
  const allHeaders = [...named.map(({ header }) => header), ...(hasType ? [] : body.headers)];
  const request = {
    name: 'url',
    method:
      options.method?.replace(/^[^$]+$/, (text) => text.toUpperCase()) ?? (options.body === undefined ? 'GET' : 'POST'),
    ...(rest !== '' && { path: rest.replaceAll(/[^\x21-\x7e]/gu, encodeURIComponent) }),
    ...(allHeaders.length > 0 && { headers: allHeaders }),
    ...(body.body !== undefined && { body: body.body }),
  };
  const test = {
    apiVersion: API_VERSION,
    kind: LOAD_TEST.kind,
    metadata: { name: nameOf(origin) },
    spec: {
      target: { url: origin, ...(options.timeout !== undefined && { timeout: options.timeout }) },
      requests: [request],
      load: load.load,
    },
  };
  const result = validateObject(test);
  const refused = 'problems' in result ? result.problems.filter(({ path }) => !(hasData && path === 'spec.data')) : [];
  if (refused.length > 0) return { problems: refused.map(inOptions) };
  const secret = named.flatMap(({ value }) => (value === undefined ? [] : [value]));
  return {
    objects: [...body.objects, test],
    values: new Map(secret.map(({ key, bytes }) => [pathOf(key), bytes])),
    secrets: secret.map(({ key, argument }) => `--secret ${HEADERS}.${key}=${argument}`),
  };
}

/** The host as the name of an object. */
function nameOf(origin: string): string {
  const host = URL.canParse(origin) ? new URL(origin).hostname : '';
  const name = host.toLowerCase().replaceAll(/[^-.a-z0-9]+/g, '-');
  return name.slice(0, MAX_LOAD_TEST_NAME).replaceAll(/^[-.]+|[-.]+$/g, '') || 'url';
}
