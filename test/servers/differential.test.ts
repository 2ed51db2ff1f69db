import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { type LoadTestSpec, loadTestSpecSchema } from '../../api/loadtest/loadtest.ts';
import { prepareRequests } from '../../runner/request/prepare.ts';
import type { PreparedRequest } from '../../runner/request/prepared-request.ts';
import { failureOf } from '../../runner/transport/error-kind.ts';
import { transportFor } from '../../runner/transport/select.ts';
import type { Connection, Transport } from '../../runner/transport/transport.ts';
import { makeCertificates } from '../support/certificates.ts';
import { kindsOf, realLoad } from '../support/real-load.ts';
import { recordResponses } from '../support/record-responses.ts';
import { apache, goServer, haproxy, httpbin, nginx, nodeServer, type RunningServer } from './servers.ts';

const scratch = mkdtempSync(join(tmpdir(), 'loadtest-servers-'));
after(() => rmSync(scratch, { recursive: true }));
const certificates = await makeCertificates();
const VALUES = new Map([['Secret/trust/ca.crt', certificates.ca]]);

/** A request with its expected outcome: a status, or an error kind. */
type Case = [what: string, request: object, outcome: number | string];

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
const PROGRAMS: Case[] = [
  ['a fixed length', { path: '/fixed' }, 200],
  ['chunks', { path: '/chunked' }, 200],
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
  ['PUT without a body', { path: '/echo', method: 'PUT' }, 200],
];
/** Requests without an equivalent in HTTP/2, where a server ends a connection by GOAWAY and a stream by a reset. */
const CONNECTIONS: Case[] = [
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

const SERVERS: [name: string, start: (dir: string) => Promise<RunningServer>, cases: Case[], times: number][] = [
  ['nginx', (dir) => nginx({ dir, certificates }), FILES, 350],
  ['Apache httpd', (dir) => apache({ dir, certificates }), FILES, 350],
  ['haproxy', (dir) => haproxy({ dir, certificates }), [...FILES, ['its own response', { path: '/self' }, 200]], 350],
  ['Go net/http', (dir) => goServer({ dir, certificates }), [...PROGRAMS, ...CONNECTIONS], 400],
  ['Node', (dir) => nodeServer({ dir, certificates }), [...PROGRAMS, ...CONNECTIONS], 200],
  ['httpbin under gunicorn', () => httpbin(), HTTPBIN, 20],
];

const HTTP1 = ['Lean', 'Undici'] as const;
const HTTP2 = {
  HTTP2: { version: 'HTTP2' },
  NodeHTTP2: { version: 'HTTP2', transport: 'NodeHTTP2' },
};

for (const [name, start, cases, times] of SERVERS) {
  describe(name, async () => {
    const server = await start(mkdtempSync(join(scratch, 'server-')));
    after(() => server.close());
    for (const way of ['http', 'https', 'closing'] as const) {
      const url = server[way];
      if (url === undefined) continue;
      for (const [what, request, outcome] of cases) {
        const both = server.http2.includes(way as 'http') && !CONNECTIONS.some(([name]) => name === what);
        const specs: Record<string, LoadTestSpec> = Object.fromEntries(
          HTTP1.map((transport) => [transport, specOf(url, request, times, { transport })]),
        );
        if (both) {
          for (const [name, http] of Object.entries(HTTP2)) specs[name] = specOf(url, request, times, http);
        }

        it(`${way}: ${what}: ${Object.keys(specs).join(', ')} receive the same response and body`, async () => {
          const responses: Record<string, unknown> = {};
          for (const [transport, spec] of Object.entries(specs)) responses[transport] = await exchanges(spec);
          for (const response of Object.values(responses)) assert.deepEqual(response, responses.Lean);
          const [first] = responses.Lean as Exchange[];
          assert.equal(first!.failure ?? first!.status, outcome);
        });

        it(`${way}: ${what}: each transport counts ${times} requests and receives the same body every time`, async () => {
          const [expected] = await exchanges(specs.Lean!);
          for (const [transport, spec] of Object.entries(specs)) {
            const bodies = new Map<string, number>();
            const recording = recordResponses(await transportFor(spec.target, VALUES), ({ body }) => {
              const sha256 = hashOf(body);
              bodies.set(sha256, (bodies.get(sha256) ?? 0) + 1);
            });
            const summary = await realLoad(spec, VALUES, recording);
            const errors = `${transport}: ${JSON.stringify(summary.errors)}`;
            if (typeof outcome === 'number') {
              assert.deepEqual(summary.responses, [{ code: String(outcome), count: times }], errors);
              assert.deepEqual([...bodies], [[expected!.sha256, times]], errors);
              assert.deepEqual([summary.counts.done, kindsOf(summary)], [times, {}], errors);
            } else assert.deepEqual(kindsOf(summary), { [outcome]: times }, errors);
          }
        });
      }
    }
  });
}

describe('nginx that ends each HTTP/2 connection after 50 requests', async () => {
  const server = await nginx({ dir: mkdtempSync(join(scratch, 'server-')), certificates });
  after(() => server.close());
  for (const [name, http] of Object.entries(HTTP2)) {
    it(`${name} loses no request`, async () => {
      const spec = specOf(server.retiring, { path: '/fixed' }, 2000, { ...http, connections: 2 }, 20);
      const summary = await realLoad(spec, VALUES);
      assert.deepEqual([summary.counts.done, kindsOf(summary)], [2000, {}]);
    });
  }
});

function specOf(url: string, request: object, iterations: number, http: object, users = 4): LoadTestSpec {
  const tls = url.startsWith('https') ? { tls: { caFrom: { secretKeyRef: { name: 'trust', key: 'ca.crt' } } } } : {};
  return loadTestSpecSchema.parse({
    target: { url, timeout: '5000ms', http, ...tls },
    requests: [{ name: 'r', ...request }],
    load: { type: 'Closed', closed: { users, iterations } },
  });
}

type Exchange = { status: number; length: number; sha256: string; failure: string | undefined };

/** Three requests in turn on one connection. */
async function exchanges(spec: LoadTestSpec): Promise<Exchange[]> {
  const [request] = prepareRequests(spec.target, spec.requests, VALUES);
  const connection = new Collector(await transportFor(spec.target, VALUES));
  const found = [
    await connection.exchange(request!),
    await connection.exchange(request!),
    await connection.exchange(request!),
  ];
  connection.close();
  return found;
}

function hashOf(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex');
}

/** A connection whose responses are recorded. */
class Collector {
  readonly #connection: Connection;
  #status = 0;
  #chunks: Buffer[] = [];
  #done: (failure?: string) => void = () => {};

  constructor(transport: Transport) {
    this.#connection = transport.open({
      written: () => {},
      head: (status) => {
        this.#status = status;
      },
      data: (chunk) => void this.#chunks.push(Buffer.from(chunk)),
      end: () => this.#done(),
      failed: (error) => this.#done(failureOf(error).kind),
    });
  }

  async exchange(request: PreparedRequest): Promise<Exchange> {
    this.#chunks = [];
    this.#status = 0;
    const failure = await new Promise<string | undefined>((done) => {
      this.#done = (kind) => setImmediate(done, kind);
      this.#connection.send(request);
    });
    const body = Buffer.concat(this.#chunks);
    return { status: this.#status, length: body.length, sha256: hashOf(body), failure };
  }

  close(): void {
    this.#connection.close();
  }
}
