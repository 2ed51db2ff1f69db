import { API_VERSION, LOAD_TEST } from '../../api/common/group.ts';
import { MAX_LOAD_TEST_NAME } from '../../api/common/names.ts';
import type { Problem } from '../../api/common/problems.ts';
import { referencePath } from '../../api/loadtest/references.ts';
import type { KubeObject } from '../input/documents.ts';
import { validateObject } from '../input/validate.ts';
import { bytesOf, type Surroundings, valueOfArgument } from './value-argument.ts';

/** The options of `loadtest run URL`, as texts of the command line. */
export type UrlOptions = {
  rate?: string;
  users?: string;
  duration?: string;
  requests?: string;
  method?: string;
  header?: string[];
  body?: string;
  timeout?: string;
};

/** The LoadTest for a URL and the ConfigMap that it needs, and its secret values by referencePath, which are in none of the objects. */
export type UrlTest = { objects: KubeObject[]; values: Map<string, Buffer>; secrets: string[] };

/** The fields of a LoadTest that options stand for, where there is one, as --set names them. */
export const FIELDS: { readonly [option in keyof UrlOptions]: string } = {
  rate: 'load.open.stages[0].rate',
  users: 'load.closed.users',
  duration: 'load.closed.duration',
  requests: 'load.closed.iterations',
  method: 'requests[0].method',
  timeout: 'target.timeout',
};

/** As in oha and hey. */
const USERS = '50';
const DURATION = '10s';
const HEADERS = 'headers';
const BODY = 'body';

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

function pathOf(key: string): string {
  return referencePath({ kind: 'Secret', name: HEADERS, key });
}

/** The host as the name of an object. */
function nameOf(origin: string): string {
  const host = URL.canParse(origin) ? new URL(origin).hostname : '';
  const name = host.toLowerCase().replaceAll(/[^-.a-z0-9]+/g, '-');
  return name.slice(0, MAX_LOAD_TEST_NAME).replaceAll(/^[-.]+|[-.]+$/g, '') || 'url';
}

type Header = { name: string; value?: string; valueFrom?: object };
type Secret = { key: string; bytes: Buffer; argument: string };

function headerOf(text: string, surroundings: Surroundings): { header: Header; value?: Secret } | { problem: string } {
  const [, name, value = ''] = /^([^:]+):\s*(.*?)\s*$/s.exec(text) ?? [];
  if (name === undefined) return { problem: '--header must be "Name: value"' };
  if (!/^(env|file):/.test(value)) return { header: { name, value } };
  const found = valueOfArgument(value, surroundings);
  if ('problem' in found) return { problem: `--header ${name}: ${found.problem}` };
  const key = name.toLowerCase();
  const valueFrom = { secretKeyRef: { name: HEADERS, key } };
  return { header: { name, valueFrom }, value: { key, bytes: found.value, argument: value } };
}

type Body = { body: object | undefined; objects: KubeObject[]; headers: Header[] };

/** The body, with the type application/json where it is JSON. Bytes of a file are sent as they are, without variables. */
function bodyOf(argument: string | undefined, { readFile }: Surroundings): Body | { problem: string } {
  if (argument === undefined) return { body: undefined, objects: [], headers: [] };
  if (!argument.startsWith('@'))
    return { body: { type: 'Text', text: argument }, objects: [], headers: typeOf(argument) };
  const found = bytesOf(argument.slice(1), readFile);
  if ('problem' in found) return { problem: `--body ${found.problem}` };
  const text = found.value.toString();
  const isText = Buffer.from(text).equals(found.value);
  const content = isText ? { data: { [BODY]: text } } : { binaryData: { [BODY]: found.value.toString('base64') } };
  return {
    body: { type: 'From', from: { configMapKeyRef: { name: BODY, key: BODY } } },
    objects: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: BODY }, ...content }],
    headers: typeOf(text),
  };
}

function typeOf(text: string): Header[] {
  try {
    JSON.parse(text);
    return [{ name: 'Content-Type', value: 'application/json' }];
  } catch {
    return [];
  }
}

/** A number where the text is one; otherwise the text, which the schema refuses. */
const numberOf = (text: string) => (/^\d{1,15}$/.test(text) ? Number(text) : text);

/** An open load at a rate, or a closed one of users. */
function loadOf({ rate, users, duration, requests }: UrlOptions): { load: object } | { problem: string } {
  if (rate === undefined) {
    const length = {
      ...((duration !== undefined || requests === undefined) && { duration: duration ?? DURATION }),
      ...(requests !== undefined && { iterations: numberOf(requests) }),
    };
    return { load: { type: 'Closed', closed: { users: numberOf(users ?? USERS), ...length } } };
  }
  if (users !== undefined)
    return {
      problem: '--rate and --users exclude each other: a rate does not wait for responses, and users do',
    };
  if (requests !== undefined)
    return { problem: '--requests counts what users send; a load with --rate ends after --duration' };
  const [, count = rate, per] = /^(.+?)\/(.+)$/.exec(rate) ?? [];
  const stages = [{ duration: duration ?? DURATION, rate: numberOf(count) }];
  return {
    load: { type: 'Open', open: { stages, ...(per !== undefined && { per: /^\d/.test(per) ? per : `1${per}` }) } },
  };
}

/** The options behind fields of the LoadTest. */
const OPTIONS: readonly [field: RegExp, option: string][] = [
  [/^spec\.target\.url|^spec\.requests\[0\]\.path/, 'URL'],
  [/^spec\.target\.timeout/, '--timeout'],
  [/\.duration$/, '--duration'],
  [/^spec\.load\.open/, '--rate'],
  [/\.users$/, '--users'],
  [/\.iterations$/, '--requests'],
  [/\.method$/, '--method'],
  [/\.headers/, '--header'],
  [/\.body/, '--body'],
];

function inOptions({ path, message }: Problem): string {
  const [, option = path] = OPTIONS.find(([field]) => field.test(path)) ?? [];
  return `${option}: ${message}`;
}
