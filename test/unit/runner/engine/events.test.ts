import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { after, describe, it } from 'node:test';
import { until } from '../../../cluster/system/wait.ts';
import { kindsOf, realLoad, realSpec } from '../../../support/real-load.ts';

/** Streams that have been closed before they ended. */
let closed = 0;

/** An event each 20 ms: without an end, or 2 in all, or compressed, or none at all. */
const stream: RequestListener = (request, response) => {
  const coding = request.url === '/coded' ? { 'content-encoding': 'gzip' } : {};
  const status = request.url === '/broken' ? 503 : 200;
  response.writeHead(status, { 'content-type': 'text/event-stream', ...coding });
  response.write(': welcome\n\n');
  if (status === 503) {
    response.end();
    return;
  }
  let sent = 0;
  const timer = setInterval(() => {
    if (request.url === '/silent') return;
    response.write(`data: ${++sent}\n\n`);
    if (request.url === '/two' && sent === 2) response.end();
  }, 20);
  response.on('close', () => {
    clearInterval(timer);
    if (!response.writableEnded) closed++;
  });
};

const sockets = new Set<Socket>();
const servers = [createServer(stream), createHttp2Server(stream as never)];
for (const server of servers) {
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}
after(() => {
  for (const server of servers) server.close();
  for (const socket of sockets) socket.destroy();
});

async function load(
  expect: object,
  { path = '/', http = { version: 'HTTP1' }, timeout = '9000ms', iterations = 3 } = {},
) {
  const { port } = servers[http.version === 'HTTP1' ? 0 : 1]!.address() as AddressInfo;
  const target = { url: `http://127.0.0.1:${port}`, timeout, http };
  const requests = [{ name: 'ticks', path, expect }];
  const spec = realSpec({ target, requests, load: { type: 'Closed', closed: { users: 1, iterations } } });
  const summary = await realLoad(spec, new Map());
  return {
    ...summary,
    events: summary.requests[0]!.events,
    reasons: summary.unexpected.map(({ reason }) => reason),
    bodies: summary.unexpected.map(({ body }) => body),
  };
}

describe('a stream that never ends is complete', () => {
  for (const http of [
    { version: 'HTTP1' },
    { version: 'HTTP1', transport: 'Undici' },
    { version: 'HTTP2' },
    { version: 'HTTP2', transport: 'NodeHTTP2' },
  ])
    it(`after its third event: ${Object.values(http).join(' ')}`, async () => {
      closed = 0;
      const { counts, events, firstByte, responseTime } = await load({ events: 3 }, { http });
      assert.deepEqual([counts.done, counts.unexpected, events?.received], [3, 0, 9]);
      assert.deepEqual([events!.first.count, events!.between.count], [3, 6]);
      assert.ok(events!.first.min! >= firstByte.min!, 'the head comes before the first event');
      assert.ok(responseTime.min! >= events!.first.min!, 'the first event comes before the end');
      await until('the ends of the streams', () => closed >= 3 || undefined, { timeoutMs: 5000, intervalMs: 10 });
      assert.equal(closed, 3, 'the server sees that all its streams were closed');
    });

  it('after its time, with any number of events', async () => {
    const { counts, events, responseTime, firstByte } = await load({ eventsFor: '200ms' }, { iterations: 1 });
    assert.deepEqual([counts.done, counts.unexpected, events!.first.count], [1, 0, 1]);
    assert.ok(responseTime.max! - firstByte.min! >= 199_000);
  });

  it('after its time, also without an event', async () => {
    const { counts, events } = await load({ eventsFor: '50ms' }, { path: '/silent', iterations: 1 });
    assert.deepEqual([counts.done, counts.unexpected, events], [1, 0, undefined]);
  });
});

const UNEXPECTED: [sentence: string, expect: object, path: string, reason: string][] = [
  ['ends with fewer events', { events: 3 }, '/two', '2 events instead of 3'],
  ['ends before its time', { eventsFor: '5s' }, '/two', 'the stream ended by itself after 2 events'],
  ['has too few events in its time', { events: 3, eventsFor: '50ms' }, '/silent', '0 events instead of 3'],
  ['has a content coding', { events: 3 }, '/coded', 'its content-encoding gzip hides the events'],
  ['has another status', { events: 3 }, '/broken', 'the status is not below 400'],
];
describe('a stream is unexpected that', () => {
  for (const [sentence, expect, path, reason] of UNEXPECTED)
    it(sentence, async () => {
      const { counts, reasons } = await load(expect, { path, iterations: 1 });
      assert.deepEqual([counts.done, counts.unexpected, reasons], [1, 1, [reason]]);
    });
});

it('a stream with too few events is shown with its beginning', async () => {
  const { bodies } = await load({ events: 3 }, { path: '/two', iterations: 1 });
  assert.deepEqual(bodies, [': welcome\n\ndata: 1\n\ndata: 2\n\n']);
});

it('a stream without its events runs into the timeout', async () => {
  const summary = await load({ events: 3 }, { path: '/silent', timeout: '200ms', iterations: 1 });
  assert.deepEqual(kindsOf(summary), { TimedOutWaiting: 1 });
});
