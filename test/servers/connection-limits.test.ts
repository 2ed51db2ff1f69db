import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { kindsOf, realLoad, realSpec } from '../support/real-load.ts';
import { serve, VALUES } from './serve.ts';
import { goServer, haproxy, nginx, type RunningServer, type ServerOptions } from './servers.ts';

const TLS = { caFrom: { secretKeyRef: { name: 'trust', key: 'ca.crt' } } };

const SERVERS: [name: string, start: (options: ServerOptions) => Promise<RunningServer>, path: string][] = [
  ['nginx', nginx, '/text.txt'],
  ['haproxy', haproxy, '/text.txt'],
  ['Go net/http', goServer, '/chunked'],
];
const TRANSPORTS = [
  { version: 'HTTP1' },
  { version: 'HTTP1', transport: 'Undici' },
  { version: 'HTTP2' },
  { version: 'HTTP2', transport: 'NodeHTTP2' },
];
const [REQUESTS, PER_CONNECTION] = [100, 7];

for (const [name, start, path] of SERVERS) {
  describe(`${name} serves connections with a limit`, async () => {
    const server = await serve(start);
    for (const http of TRANSPORTS) {
      const { version, transport = 'Lean' } = http;
      it(`${version} by ${transport}: no request fails`, async () => {
        const limits = { ...http, maxRequestsPerConnection: PER_CONNECTION, maxConnectionAge: '50ms' };
        const spec = realSpec({
          target: { url: server.https!, tls: TLS, timeout: '20000ms', http: limits },
          requests: [{ name: 'r', path }],
          load: { type: 'Closed', closed: { users: 4, iterations: REQUESTS } },
        });
        const summary = await realLoad(spec, VALUES);
        assert.deepEqual([summary.counts.done, summary.counts.unexpected, kindsOf(summary)], [REQUESTS, 0, {}]);
        const [use] = summary.addresses ?? [];
        assert.equal(use?.requests, REQUESTS);
        assert.ok(use!.connections >= REQUESTS / PER_CONNECTION, `${use!.connections} connections`);
      });
    }
  });
}
