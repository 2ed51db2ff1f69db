import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeCertificates } from '../../../../support/certificates.ts';
import { kindsOf, realLoad, realSpec } from '../../../../support/real-load.ts';
import {
  data,
  type FrameConnection,
  frameServer,
  goaway,
  headers,
  reset,
} from '../../../../support/target/http2/frames.ts';

const { ca, server: pair } = await makeCertificates();
const VALUES = new Map([['Secret/trust/ca.crt', ca]]);
const TLS = { caFrom: { secretKeyRef: { name: 'trust', key: 'ca.crt' } } };

type Load = { secure?: boolean; users?: number; iterations?: number; http?: object; timeout?: string };

/** No server here is slow. The timeout of a request, which ends only a test that hangs, is long: 200 requests open 50 connections of TLS in one thread. */
const HANGS = '60000ms';

function loadOn(
  port: number,
  transport: string,
  { secure = false, users = 2, iterations = 20, http = {}, timeout = HANGS }: Load = {},
) {
  const url = `${secure ? 'https' : 'http'}://localhost:${port}`;
  const target = { url, timeout, http: { version: 'HTTP2', transport, ...http }, ...(secure && { tls: TLS }) };
  return realLoad(realSpec({ target, load: { type: 'Closed', closed: { users, iterations } } }), VALUES);
}

const [NO_ERROR, PROTOCOL_ERROR, INTERNAL_ERROR, REFUSED_STREAM, CANCEL, ENHANCE_YOUR_CALM] = [0, 1, 2, 7, 8, 11];
const OK = { ':status': '200' };
const OF_LENGTH = { ...OK, 'content-length': '10' };
const END = { end: true };
const ok = (id: number) => [headers(id, OK), data(id, 'ok', END)];

type Row = [what: string, frames: (id: number) => Buffer[], result: Record<string, number>, example?: RegExp];
const DONE = {};
const RESPONSES: Row[] = [
  ['a body that ends', ok, DONE],
  ['a head that ends', (id) => [headers(id, OK, END)], DONE],
  ['trailers that end', (id) => [headers(id, OK), data(id, 'ok'), headers(id, { 'x-sum': '1' }, END)], DONE],
  ['an empty frame that ends', (id) => [headers(id, OK), data(id, 'ok'), data(id, '', END)], DONE],
  ['an end, then a reset with NO_ERROR', (id) => [...ok(id), reset(id, NO_ERROR)], DONE],
  ['an end, then a reset with CANCEL', (id) => [...ok(id), reset(id, CANCEL)], DONE],
  [
    'half a body of known length, then a reset with NO_ERROR',
    (id) => [headers(id, OF_LENGTH), data(id, 'half'), reset(id, NO_ERROR)],
    { StreamReset: 20 },
    /NO_ERROR/,
  ],
  [
    'half a body of unknown length, then a reset with NO_ERROR',
    (id) => [headers(id, OK), data(id, 'half'), reset(id, NO_ERROR)],
    { StreamReset: 20 },
  ],
  [
    'a body of its length without an end, then a reset with NO_ERROR',
    (id) => [headers(id, { ...OK, 'content-length': '2' }), data(id, 'ok'), reset(id, NO_ERROR)],
    { StreamReset: 20 },
  ],
  ['a head, then a reset with NO_ERROR', (id) => [headers(id, OK), reset(id, NO_ERROR)], { StreamReset: 20 }],
  ['a reset with NO_ERROR alone', (id) => [reset(id, NO_ERROR)], { StreamReset: 20 }],
  [
    'half a body, then a reset with CANCEL',
    (id) => [headers(id, OK), reset(id, CANCEL)],
    { StreamReset: 20 },
    /CANCEL/,
  ],
  ['a reset with PROTOCOL_ERROR', (id) => [reset(id, PROTOCOL_ERROR)], { StreamReset: 20 }, /PROTOCOL_ERROR/],
  [
    'a head, then a reset with INTERNAL_ERROR',
    (id) => [headers(id, OK), reset(id, INTERNAL_ERROR)],
    { StreamReset: 20 },
  ],
  [
    'a body shorter than its length',
    (id) => [headers(id, OF_LENGTH), data(id, 'four', END)],
    { MalformedResponse: 20 },
    /4 bytes with a content-length of 10/,
  ],
  [
    'a length that is no number',
    (id) => [headers(id, { ...OK, 'content-length': 'x' }, END)],
    { MalformedResponse: 20 },
  ],
  [
    'a name in upper case',
    (id) => [headers(id, { ...OK, 'X-A': '1' }), data(id, 'ok', END)],
    { MalformedResponse: 20 },
  ],
  ['a connection header', (id) => [headers(id, { ...OK, connection: 'close' }, END)], { MalformedResponse: 20 }],
  ['two heads', (id) => [headers(id, OK), headers(id, OK), data(id, 'ok', END)], { MalformedResponse: 20 }],
  ['no status', (id) => [headers(id, { 'x-a': '1' }), data(id, 'ok', END)], { MalformedResponse: 20 }],
  [
    'trailers with a status',
    (id) => [headers(id, OK), data(id, 'ok'), headers(id, OK, END)],
    { MalformedResponse: 20 },
  ],
];
/** Counts the streams that a server has answered, and fails the test for a stream that it answers twice. */
type Server = { processed: number };

const UNPROCESSED: [what: string, maxStreams: number | undefined, respond: (server: Server) => Respond][] = [
  [
    'says GOAWAY every 10 streams, with room for 3',
    3,
    (server) => (connection, id) => {
      const { number, write } = connection;
      if (number > 10) return;
      server.processed++;
      setTimeout(() => write(...ok(id)), 2);
      if (number === 10) write(goaway(id));
    },
  ],
  [
    'says GOAWAY and ignores the streams behind the last one',
    undefined,
    (server) => (connection, id) => {
      const { number, write } = connection;
      if (number > 4) return;
      server.processed++;
      setTimeout(() => write(...ok(id)), 2);
      if (number === 4) write(goaway(id));
    },
  ],
  [
    'says GOAWAY in two steps',
    3,
    (server) => (connection, id) => {
      const { number, write } = connection;
      server.processed++;
      setTimeout(() => write(...ok(id)), 2);
      if (number === 10) write(goaway(2 ** 31 - 1));
      if (number === 10) setTimeout(() => write(goaway(id + 4)), 1);
    },
  ],
  [
    'refuses every fifth stream',
    undefined,
    (server) =>
      ({ number, write }, id) => {
        if (number % 5 === 0) return write(reset(id, REFUSED_STREAM));
        server.processed++;
        return write(...ok(id));
      },
  ],
];
type Respond = (connection: FrameConnection, stream: number) => unknown;

for (const transport of ['Lean', 'NodeHTTP2']) {
  for (const [what, frames, kinds, example] of RESPONSES) {
    test(`${what}: ${transport} counts ${Object.keys(kinds)[0] ?? 'done'}`, async () => {
      for (const secure of [false, true]) {
        const port = await frameServer(({ write }, id) => write(...frames(id)), { pair: secure ? pair : undefined });
        const summary = await loadOn(port, transport, { secure });
        assert.deepEqual(kindsOf(summary), kinds, JSON.stringify(summary.errors));
        assert.equal(summary.counts.done, Object.keys(kinds).length === 0 ? 20 : 0);
        if (example !== undefined) assert.match(summary.errors[0]!.example, example);
      }
    });
  }

  test(`${transport}: frames that arrive one by one are judged alike`, async () => {
    const port = await frameServer(({ write }, id) => {
      write(headers(id, OK));
      setTimeout(() => write(data(id, 'half')), 2);
      setTimeout(() => write(reset(id, NO_ERROR)), 4);
    });
    assert.deepEqual(kindsOf(await loadOn(port, transport)), { StreamReset: 20 });
  });

  test(`${transport}: a body longer than its length is a MalformedResponse`, async () => {
    const port = await frameServer(({ write }, id) =>
      write(headers(id, { ...OK, 'content-length': '1' }), data(id, 'four', END)),
    );
    const summary = await loadOn(port, transport, { users: 1 });
    assert.deepEqual(kindsOf(summary), { MalformedResponse: 20 });
    const isLean = transport === 'Lean'; // which resets the stream alone
    assert.match(
      summary.errors[0]!.example,
      isLean ? /4 bytes with a content-length of 1$/ : /the server violates HTTP\/2/,
    );
  });

  for (const [what, maxStreams, respond] of UNPROCESSED) {
    test(`${transport}: an HTTP/2 server that ${what} gets each request once`, async () => {
      for (const secure of [false, true]) {
        const server = { processed: 0 };
        const port = await frameServer(respond(server), {
          pair: secure ? pair : undefined,
          ...(maxStreams !== undefined && { maxStreams }),
        });
        const summary = await loadOn(port, transport, { secure, users: 20, iterations: 200, http: { connections: 2 } });
        assert.deepEqual([summary.counts.done, server.processed, kindsOf(summary)], [200, 200, {}]);
      }
    });
  }

  test(`${transport}: a connection that breaks loses its streams, and not the requests that wait for one`, async () => {
    const port = await frameServer(
      ({ number, write, socket }, id) => {
        if (number < 5) write(...ok(id));
        else socket.destroy();
      },
      { maxStreams: 1 },
    );
    const summary = await loadOn(port, transport, { users: 20, iterations: 200, http: { connections: 1 } });
    assert.deepEqual([summary.counts.done, kindsOf(summary)], [160, { ConnectionClosed: 40 }]);
  });

  test(`${transport}: the timeout of a request includes its wait for another connection`, async () => {
    let goaways = 0;
    const port = await frameServer(({ write }) => {
      if (goaways++ === 0) setTimeout(() => write(goaway(0)), 30);
    });
    const summary = await loadOn(port, transport, { users: 1, iterations: 1, timeout: '2000ms' });
    assert.deepEqual([kindsOf(summary), goaways], [{ TimedOutWaiting: 1 }, 2]);
  });

  test(`${transport}: a server that refuses every stream gets each request six times`, async () => {
    let streams = 0;
    const port = await frameServer(({ write }, id) => {
      streams++;
      write(reset(id, REFUSED_STREAM));
    });
    const summary = await loadOn(port, transport);
    assert.deepEqual([kindsOf(summary), streams], [{ StreamReset: 20 }, 120]);
    assert.match(summary.errors[0]!.example, /REFUSED_STREAM/);
  });

  test(`${transport}: a request that has begun when the server says GOAWAY with an error is lost, and the error has a name`, async () => {
    const port = await frameServer(({ write }, id) => write(goaway(id, ENHANCE_YOUR_CALM)));
    const summary = await loadOn(port, transport, { users: 1 });
    assert.deepEqual(kindsOf(summary), { ConnectionClosed: 20 });
    assert.match(summary.errors[0]!.example, /ENHANCE_YOUR_CALM/);
  });

  test(`${transport}: a server that closes each connection before it takes a stream loses the requests`, async () => {
    const port = await frameServer(() => {}, { maxStreams: 0 });
    const closing = await frameServer(({ socket }) => socket.destroy());
    assert.deepEqual(kindsOf(await loadOn(port, transport, { timeout: '100ms' })), { TimedOutConnecting: 20 });
    assert.deepEqual(kindsOf(await loadOn(closing, transport)), { ConnectionClosed: 20 });
  });
}
