import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { type LoadTestSpec, loadTestSpecSchema } from '../../api/loadtest/loadtest.ts';
import { prepareRequests } from '../../runner/request/prepare.ts';
import type { PreparedRequest } from '../../runner/request/prepared-request.ts';
import { failureOf } from '../../runner/transport/error-kind.ts';
import { transportFor } from '../../runner/transport/select.ts';
import type { Connection, Transport } from '../../runner/transport/transport.ts';
import { kindsOf, realLoad } from '../support/real-load.ts';
import { recordResponses } from '../support/record-responses.ts';
import { HTTP1_ONLY, HTTP2, SERVERS } from './cases.ts';
import { serve, VALUES } from './serve.ts';
import { nginx } from './servers.ts';

const HTTP1 = ['Lean', 'Undici'] as const;

for (const { name, start, cases, times: usual } of SERVERS) {
  describe(name, async () => {
    const server = await serve(start);
    for (const way of ['http', 'https', 'closing'] as const) {
      const url = server[way];
      if (url === undefined) continue;
      for (const [what, request, outcome, times = usual] of cases) {
        const both = server.http2.includes(way as 'http') && !HTTP1_ONLY.some(([name]) => name === what);
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
  const server = await serve(nginx);
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
      waits: () => {},
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
