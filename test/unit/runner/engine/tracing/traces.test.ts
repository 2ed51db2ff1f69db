import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { after, test } from 'node:test';
import { TraceContext } from '../../../../../runner/engine/tracing/trace-context.ts';
import type { PreparedRequest } from '../../../../../runner/request/prepared-request.ts';
import { realLoad, realSpec } from '../../../../support/real-load.ts';

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-(0[01])$/;

/** Starts a target that notes the traceparent of each request by path; /bad responds 500. */
async function startTarget(version: 'HTTP1' | 'HTTP2') {
  const received: { path: string; traceparent: string }[] = [];
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    received.push({ path: request.url!, traceparent: String(request.headers.traceparent) });
    response.statusCode = request.url === '/bad' ? 500 : 200;
    response.end();
  };
  const server = (version === 'HTTP1' ? createServer(onRequest) : createHttp2Server(onRequest as never)) as Server;
  await once(server.listen(0, '127.0.0.1'), 'listening');
  after(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

for (const version of ['HTTP1', 'HTTP2'] as const) {
  test(`${version}: the requests of an iteration share a trace, and the result links the sampled ones`, async () => {
    const { url, received } = await startTarget(version);
    const spec = realSpec({
      target: {
        ...{ url, http: { version }, timeout: '20000ms' },
        tracing: { sampled: '100%', link: 'https://tempo.test/{traceId}' },
      },
      requests: [
        { name: 'login', path: '/login' },
        { name: 'pay', path: '/bad' },
      ],
      requestOrder: 'Sequential',
    });
    const { traces = [], counts } = await realLoad(spec, new Map());
    assert.deepEqual([counts.done, counts.unexpected], [40, 20]);
    const parts = received.map(({ path, traceparent }) => ({ path, parts: TRACEPARENT.exec(traceparent)!.slice(1) }));
    const idsAt = (path: string) => parts.filter((r) => r.path === path).map((r) => r.parts[0]!);
    assert.deepEqual(idsAt('/login').sort(), idsAt('/bad').sort());
    assert.equal(new Set(idsAt('/login')).size, 20);
    assert.equal(new Set(parts.map((r) => r.parts[1])).size, 40);
    assert.deepEqual([...new Set(parts.map((r) => r.parts[2]))], ['01']);
    assert.deepEqual(
      traces.map(({ kept }) => kept),
      [...Array(10).fill('Slowest'), ...Array(10).fill('Unexpected')],
    );
    for (const { kept, traceId, request, outcome, link } of traces) {
      assert.equal(idsAt('/login').includes(traceId), true);
      assert.equal(link, `https://tempo.test/${traceId}`);
      if (kept === 'Unexpected') assert.deepEqual([request, outcome], ['pay', '500']);
    }
  });
}

test('traces that are not sampled are no part of the result', async () => {
  const { url, received } = await startTarget('HTTP1');
  const { traces } = await realLoad(realSpec({ target: { url, tracing: { sampled: '0%' } } }), new Map());
  assert.deepEqual(traces, []);
  assert.deepEqual(new Set(received.map(({ traceparent }) => TRACEPARENT.exec(traceparent)![3])), new Set(['00']));
});

test('without tracing, requests have no traceparent, and the result has no traces', async () => {
  const { url, received } = await startTarget('HTTP1');
  const { traces } = await realLoad(realSpec({ target: { url } }), new Map());
  assert.deepEqual([traces, received[0]!.traceparent], [undefined, 'undefined']);
});

test('a request with a traceparent of its own keeps it', async () => {
  const { url, received } = await startTarget('HTTP1');
  const own = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const requests = [{ name: 'own', headers: [{ name: 'Traceparent', value: own }] }];
  const { traces } = await realLoad(realSpec({ target: { url, tracing: { sampled: '100%' } }, requests }), new Map());
  assert.deepEqual([new Set(received.map(({ traceparent }) => traceparent)), traces], [new Set([own]), []]);
});

test('identifiers consist of all random bytes, and the share decides what is sampled', () => {
  let fills = 0;
  const context = new TraceContext(
    0.25,
    (bytes) => void bytes.fill(++fills),
    () => fills / 10,
  );
  const request = { headers: ['a', 'b'], fixed: true } as unknown as PreparedRequest;
  const seen = Array.from({ length: 400 }, () => {
    const trace = context.begin();
    return context.traced(request, trace)!.headers[3]!;
  });
  assert.equal(seen[0], `00-${'01'.repeat(16)}-${'01'.repeat(8)}-01`);
  assert.equal(seen.at(-1), `00-${'03'.repeat(16)}-${'03'.repeat(8)}-00`);
  assert.deepEqual(request.headers, ['a', 'b']);
});
