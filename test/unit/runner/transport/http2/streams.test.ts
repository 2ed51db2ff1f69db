import assert from 'node:assert/strict';
import { test } from 'node:test';
import { http2Transport } from '../../../../../runner/transport/http2/transport.ts';
import type { OutgoingRequest } from '../../../../../runner/transport/message.ts';
import { destinationOf } from '../../../../../runner/transport/select.ts';
import type { ConnectionEvents } from '../../../../../runner/transport/transport.ts';
import { makeCertificates } from '../../../../support/certificates.ts';
import { kindsOf, realLoad, realSpec } from '../../../../support/real-load.ts';
import {
  block,
  data,
  FLAG,
  frame,
  frameServer,
  goaway,
  headers,
  settings,
  TYPE,
} from '../../../../support/target/http2/frames.ts';

const OK = { ':status': '200' };
const END = { end: true };
const CANCEL = 8;

const specOn = (port: number, users: number, iterations: number, timeout = '10000ms') =>
  realSpec({
    target: { url: `http://127.0.0.1:${port}`, timeout, http: { version: 'HTTP2' } },
    load: { type: 'Closed', closed: { users, iterations } },
  });

test('a connection whose stream identifiers are used up gives way to another one', async () => {
  const streams: number[][] = [];
  const port = await frameServer(
    ({ write }, stream) => {
      streams.at(-1)!.push(stream);
      write(headers(stream, OK, END));
    },
    { onConnection: () => streams.push([]) },
  );
  const spec = specOn(port, 2, 10);
  const summary = await realLoad(spec, new Map(), http2Transport(destinationOf(spec.target, new Map()), 2 ** 31 - 7));
  assert.deepEqual([summary.counts.done, kindsOf(summary)], [10, {}]);
  const four = [2 ** 31 - 7, 2 ** 31 - 5, 2 ** 31 - 3, 2 ** 31 - 1];
  assert.deepEqual(streams, [four, four, four.slice(0, 2)]);
});

test('the limit on streams may change under load', async () => {
  const open = new Set<number>();
  const most: number[] = [];
  let [limit, number] = [20, 0];
  const port = await frameServer(
    ({ write }, stream) => {
      open.add(stream);
      most[limit] = Math.max(most[limit] ?? 0, open.size);
      setTimeout(() => {
        open.delete(stream);
        write(headers(stream, OK, END));
        if (++number % 50 !== 0) return;
        limit = number % 100 === 0 ? 20 : 2;
        write(settings([3, limit]));
      }, 1);
    },
    { maxStreams: 20 },
  );
  const summary = await realLoad(specOn(port, 20, 300), new Map());
  assert.deepEqual([summary.counts.done, kindsOf(summary)], [300, {}]);
  // Streams that are open may be more than a limit which the server has lowered.
  assert.equal(most[20], 20);
});

test('what a server sends on a cancelled stream is ignored, but for what it adds to the table', async () => {
  const added = Buffer.concat([block(OK), Buffer.from([0x40, 1, 0x78, 1, 0x79])]); // x: y
  const referring = Buffer.concat([block(OK), Buffer.from([0x80 | 62])]);
  let connections = 0;
  const port = await frameServer(
    ({ write, number }, stream) => {
      if (number > 1) write(headers(stream, referring, END));
    },
    {
      onConnection: () => connections++,
      onFrame: ({ type, stream, payload }, { write }) => {
        if (type !== TYPE.RST_STREAM) return;
        assert.equal(payload.readUInt32BE(0), CANCEL);
        write(headers(stream, added), data(stream, 'late'), frame(TYPE.RST_STREAM, 0, stream, Buffer.alloc(4)));
      },
    },
  );
  const summary = await realLoad(specOn(port, 1, 5, '100ms'), new Map());
  assert.deepEqual([summary.counts.done, kindsOf(summary), connections], [4, { TimedOutWaiting: 1 }, 1]);
});

test('a ping gets its own payload back', async () => {
  const replies: string[] = [];
  const port = await frameServer(({ write }, stream) => write(headers(stream, OK, END)), {
    onConnection: ({ write }) => queueMicrotask(() => write(frame(TYPE.PING, 0, 0, Buffer.from('12345678')))),
    onFrame: ({ type, flags, payload }) => {
      if (type === TYPE.PING) replies.push(`${flags} ${payload}`);
    },
  });
  await realLoad(specOn(port, 1, 3), new Map());
  assert.deepEqual(replies, [`${FLAG.ACK} 12345678`]);
});

const REQUEST: OutgoingRequest = {
  ...{ method: 'GET', path: '/', headers: [], body: null, fixed: false, wantsHeaders: true },
};

/** The events of one request as lines. */
async function eventsOf(port: number, request: OutgoingRequest): Promise<string[]> {
  const lines: string[] = [];
  await new Promise<void>((over) => {
    const events: ConnectionEvents = {
      waits: () => lines.push('waits'),
      written: () => lines.push('written'),
      head: (status, all, isWhole) => lines.push(`${isWhole ? 'whole' : 'head'} ${status} ${JSON.stringify(all)}`),
      data: (chunk) => lines.push(`data ${chunk}`),
      trailers: (all) => lines.push(`trailers ${JSON.stringify(all)}`),
      end: () => over(void lines.push('end')),
      failed: (error) => over(void lines.push(String(error))),
    };
    const transport = http2Transport(destinationOf(specOn(port, 1, 1).target, new Map()));
    const connection = transport.open({ ...events, end: () => finish(events.end), failed: () => finish(() => over()) });
    const finish = (report: () => void) => {
      report();
      connection.close();
    };
    connection.send(request);
  });
  return lines;
}

test('messages of a stream are reported as they arrive, and trailers before the end', async () => {
  const port = await frameServer(({ write }, stream) => {
    write(headers(stream, { ...OK, 'content-type': 'application/grpc' }), data(stream, 'one'));
    setTimeout(() => write(data(stream, 'two'), headers(stream, { 'grpc-status': '0' }, END)), 20);
  });
  const head = 'head 200 {"content-type":["application/grpc"]}';
  const trailers = 'trailers {"grpc-status":["0"]}';
  assert.deepEqual(await eventsOf(port, REQUEST), ['waits', 'written', head, 'data one', 'data two', trailers, 'end']);
  assert.deepEqual(await eventsOf(port, { ...REQUEST, wantsHeaders: false }), [
    ...['waits', 'written', 'head 200 undefined', 'data one', 'data two', 'end'],
  ]);
});

test('a head tells whether the rest of the response was read with it', async () => {
  const ofFrames = (...rest: ((stream: number) => Buffer)[]) =>
    frameServer(({ write }, stream) =>
      write(Buffer.concat([headers(stream, OK), ...rest.map((make) => make(stream))])),
    );
  const headOf = async (port: number) => (await eventsOf(port, REQUEST)).find((line) => line.includes('200'));
  const last = (stream: number) => data(stream, 'a', END);
  assert.equal(await headOf(await ofFrames(last)), 'whole 200 {}');
  const ping = () => frame(TYPE.PING, 0, 0, Buffer.alloc(8));
  assert.equal(await headOf(await ofFrames(ping, last)), 'head 200 {}');
});

/** Serves one user over two connections in turn: `respond` has the connection, 0 or 1, and the number of its request from 1. */
async function inTurn(iterations: number, blockOf: (connection: number, number: number) => Buffer) {
  const order: unknown[] = [];
  const port = await frameServer(
    (connection, stream) =>
      connection.write(headers(stream, blockOf(order.indexOf(connection), connection.number), END)),
    { onConnection: (connection) => order.push(connection) },
  );
  const spec = specOn(port, 1, iterations);
  const two = { ...spec, target: { ...spec.target, http: { ...spec.target.http!, connections: 2 } } };
  return realLoad(two, new Map());
}

test('equal header blocks that refer to the tables of their connections are read apart', async () => {
  const added = (status: string) => Buffer.from([0x48, 3, ...Buffer.from(status)]); // :status, which enters the table
  const newest = Buffer.from([0x80 | 62]);
  const summary = await inTurn(6, (connection, number) =>
    number > 1 ? newest : added(connection === 0 ? '200' : '404'),
  );
  assert.deepEqual(summary.responses, [
    { code: '200', count: 3 },
    { code: '404', count: 3 },
  ]);
});

test('equal header blocks add their fields to a table, although another connection has none', async () => {
  const ADDS = [0x88, 0x40, 1, 0x78, 1, 0x79]; // 200, and x: y, which enters the table
  const BOTH = [0x88, 0x80 | 62, 0x80 | 63];
  const summary = await inTurn(6, (connection, number) => {
    if (connection === 0) return Buffer.from(number === 1 ? [0x20, ...ADDS] : ADDS); // its table has no room
    return Buffer.from(number === 3 ? BOTH : ADDS);
  });
  assert.deepEqual([summary.counts.done, kindsOf(summary)], [6, {}]);
});

test('requests that wait for a stream go to another connection at the GOAWAY, not at the end of the last response', async () => {
  let done = 0;
  let finish = () => {};
  const port = await frameServer(
    ({ write }, stream) => {
      if (done === 0) finish = () => write(headers(stream, OK, END));
      else write(headers(stream, OK, END));
      if (done === 0) write(goaway(stream));
      if (++done === 5) finish();
    },
    { maxStreams: 1 },
  );
  const summary = await realLoad(specOn(port, 5, 5, '2000ms'), new Map());
  assert.deepEqual([summary.counts.done, kindsOf(summary)], [5, {}]);
});

test('the server learns of a violation over TLS, too', async () => {
  const { ca, server: pair } = await makeCertificates();
  const codes: number[] = [];
  const closes: Promise<unknown>[] = [];
  const port = await frameServer(
    ({ write }, stream) => write(headers(stream, OK, END), frame(TYPE.PUSH_PROMISE, FLAG.END_HEADERS, stream)),
    {
      pair,
      onConnection: ({ socket }) => closes.push(new Promise((closed) => socket.on('close', closed))),
      onFrame: ({ type, payload }) => {
        if (type === TYPE.GOAWAY) codes.push(payload.readUInt32BE(4));
      },
    },
  );
  const tls = { caFrom: { secretKeyRef: { name: 'trust', key: 'ca.crt' } } };
  const spec = realSpec({
    target: { url: `https://localhost:${port}`, timeout: '5000ms', tls, http: { version: 'HTTP2' } },
    load: { type: 'Closed', closed: { users: 1, iterations: 4 } },
  });
  const summary = await realLoad(spec, new Map([['Secret/trust/ca.crt', ca]]));
  await Promise.all(closes);
  assert.deepEqual([summary.counts.done, kindsOf(summary)], [2, { MalformedResponse: 2 }]);
  assert.deepEqual(codes, [1, 1]);
});
