import {
  apache,
  goServer,
  h2o,
  haproxy,
  httpbin,
  nginx,
  nodeServer,
  type RunningServer,
  type ServerOptions,
} from './servers.ts';

/** A request with its expected outcome, a status or an error kind, and how often it is sent; default: as the server's others. */
export type Case = [what: string, request: object, outcome: number | string, times?: number];

const GZIP = [{ name: 'Accept-Encoding', value: 'gzip' }];
const UNCHANGED = [{ name: 'If-None-Match', value: '*' }];
const FILES: Case[] = [
  ['a fixed length', { path: '/fixed' }, 200],
  ['a longer body', { path: '/text.txt' }, 200],
  ['gzip', { path: '/text.txt', headers: GZIP }, 200],
  ['an empty body', { path: '/empty' }, 200],
  ['HEAD', { path: '/text.txt', method: 'HEAD' }, 200],
  ['204', { path: '/204' }, 204],
  ['304', { path: '/fixed', headers: UNCHANGED }, 304],
  ['404', { path: '/missing' }, 404],
];
const BODY = { type: 'Text', text: 'a body\n'.repeat(100) };
const LONG_BODY = { type: 'Text', text: 'x'.repeat(65_536) };
const PROGRAMS: Case[] = [
  ['a fixed length', { path: '/fixed' }, 200],
  ['chunks', { path: '/chunked' }, 200],
  ['more than the default window', { path: '/long' }, 200, 40],
  ['gzip', { path: '/gzip' }, 200],
  ['informational responses', { path: '/hints' }, 200],
  ['trailers', { path: '/trailers' }, 200],
  ['HEAD', { path: '/chunked', method: 'HEAD' }, 200],
  ['204', { path: '/204' }, 204],
  ['304', { path: '/304' }, 304],
  ['404', { path: '/missing' }, 404],
  [
    'a request body',
    { path: '/echo?a=b%20c', method: 'POST', body: BODY, headers: [{ name: 'X-A', value: 'b' }] },
    200,
  ],
  ['a request body of more than the default window', { path: '/echo', method: 'POST', body: LONG_BODY }, 200, 40],
  ['PUT without a body', { path: '/echo', method: 'PUT' }, 200],
];
/** Requests without an equivalent in HTTP/2, where a server ends a connection by GOAWAY and a stream by a reset. */
export const HTTP1_ONLY: readonly Case[] = [
  ['a connection that closes after the response', { path: '/close' }, 200],
  ['a body that is cut off', { path: '/abort' }, 'ConnectionClosed'],
];
const HTTPBIN: Case[] = [
  ['a fixed length', { path: '/html' }, 200],
  [
    'a body that gunicorn cuts off because httpbin returns the wrong type',
    { path: '/bytes/9?seed=1' },
    'ConnectionClosed',
  ],
  ['chunks', { path: '/stream-bytes/5000?seed=1&chunk_size=700' }, 200],
  ['HEAD', { path: '/encoding/utf8', method: 'HEAD' }, 200],
  ['204', { path: '/status/204' }, 204],
  ['304', { path: '/status/304' }, 304],
  ['418', { path: '/status/418' }, 418],
  ['a request body', { path: '/status/201', method: 'PUT', body: BODY }, 201],
];

/** A server with the requests for it, and how often the test sends each. */
type Server = {
  name: string;
  start: (options: ServerOptions) => Promise<RunningServer>;
  cases: readonly Case[];
  times: number;
};

export const SERVERS: readonly Server[] = [
  { name: 'nginx', start: nginx, cases: FILES, times: 350 },
  { name: 'Apache httpd', start: apache, cases: FILES, times: 350 },
  { name: 'haproxy', start: haproxy, cases: [...FILES, ['its own response', { path: '/self' }, 200]], times: 350 },
  { name: 'h2o', start: h2o, cases: FILES, times: 50 },
  { name: 'Go net/http', start: goServer, cases: [...PROGRAMS, ...HTTP1_ONLY], times: 400 },
  { name: 'Node', start: nodeServer, cases: [...PROGRAMS, ...HTTP1_ONLY], times: 200 },
  { name: 'httpbin under gunicorn', start: httpbin, cases: HTTPBIN, times: 20 },
];

/** The two transports of HTTP/2. */
export const HTTP2 = {
  HTTP2: { version: 'HTTP2' },
  NodeHTTP2: { version: 'HTTP2', transport: 'NodeHTTP2' },
};
