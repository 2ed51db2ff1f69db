import assert from 'node:assert/strict';
import { test } from 'node:test';
import { transportFor } from '../../../../../runner/transport/select.ts';
import { kindsOf, realLoad, realSpec } from '../../../../support/real-load.ts';
import { recordResponses } from '../../../../support/record-responses.ts';
import {
  type ClientFrame,
  data,
  FLAG,
  type FrameConnection,
  frameServer,
  headers,
  settings,
  TYPE,
  windowUpdate,
} from '../../../../support/target/http2/frames.ts';

const OK = { ':status': '200' };
const DEFAULT_WINDOW = 65_535;
/** The setting of the window of each stream. */
const INITIAL_WINDOW_SIZE = 4;
const KIB = 1024;

type Fields = { requests?: object[]; users?: number; iterations?: number; http?: object };
const specOn = (port: number, { requests, users = 1, iterations = 1, http = {} }: Fields) =>
  realSpec({
    target: { url: `http://127.0.0.1:${port}`, timeout: '10000ms', http: { version: 'HTTP2', ...http } },
    load: { type: 'Closed', closed: { users, iterations } },
    ...(requests && { requests }),
  });
const POST = {
  name: 'r',
  method: 'POST',
  body: { type: 'From', from: { configMapKeyRef: { name: 'big', key: 'body' } } },
};
/** The body of POST. */
const bodyOf = (bytes: number) => new Map([['ConfigMap/big/body', Buffer.alloc(bytes, 'x')]]);

/** A server's view of the windows that it has given a client: what is left of them may never be negative. */
class Windows {
  connection = DEFAULT_WINDOW;
  initial = DEFAULT_WINDOW;
  readonly streams = new Map<number, number>();
  readonly violations: string[] = [];
  readonly bodies = new Map<number, number>();

  /** Takes a frame of the client; true when it ends its stream. */
  take({ type, flags, stream, payload }: ClientFrame): boolean {
    if (type === TYPE.HEADERS) this.streams.set(stream, this.initial);
    if (type === TYPE.DATA) {
      this.connection -= payload.length;
      this.streams.set(stream, this.streams.get(stream)! - payload.length);
      this.bodies.set(stream, (this.bodies.get(stream) ?? 0) + payload.length);
      if (this.connection < 0) this.violations.push('connection');
      if (this.streams.get(stream)! < 0) this.violations.push(`stream ${stream}`);
      if (payload.length > 16 * KIB) this.violations.push(`a frame of ${payload.length} bytes`);
    }
    return (type === TYPE.HEADERS || type === TYPE.DATA) && (flags & FLAG.END_STREAM) !== 0;
  }

  /** Opens both windows by so many bytes; 0: only the connection's. */
  open({ write }: FrameConnection, bytes: number, stream = 0): void {
    this.connection += bytes;
    write(windowUpdate(0, bytes));
    if (stream === 0) return;
    this.streams.set(stream, this.streams.get(stream)! + bytes);
    write(windowUpdate(stream, bytes));
  }
}

test('a body of 300 KiB stays within windows that open in small steps', async () => {
  const windows = new Windows();
  const port = await frameServer(() => {}, {
    onFrame: (frame, connection) => {
      const isEnd = windows.take(frame);
      if (isEnd) connection.write(headers(frame.stream, OK, { end: true }));
      else if (frame.type === TYPE.DATA) windows.open(connection, 5000, frame.stream);
    },
  });
  const summary = await realLoad(specOn(port, { requests: [POST], iterations: 2 }), bodyOf(300 * KIB));
  assert.deepEqual([summary.counts.done, kindsOf(summary), windows.violations], [2, {}, []]);
  assert.deepEqual([...windows.bodies.values()], [300 * KIB, 300 * KIB]);
});

test('bodies of several streams share the window of their connection, and none starves', async () => {
  const windows = new Windows();
  const open = new Set<number>();
  let mostAtOnce = 0;
  const port = await frameServer((_, stream) => void open.add(stream), {
    onFrame: (frame, connection) => {
      const isEnd = windows.take(frame);
      mostAtOnce = Math.max(mostAtOnce, windows.bodies.size);
      if (frame.type === TYPE.DATA) windows.open(connection, frame.payload.length, isEnd ? 0 : frame.stream);
      if (isEnd) connection.write(headers(frame.stream, OK, { end: true }));
    },
  });
  const summary = await realLoad(specOn(port, { requests: [POST], users: 5, iterations: 5 }), bodyOf(200 * KIB));
  assert.deepEqual([summary.counts.done, windows.violations], [5, []]);
  assert.deepEqual([...windows.bodies.values()], new Array(5).fill(200 * KIB));
});

test('settings change the windows of open streams, below zero, too', async () => {
  const windows = new Windows();
  let steps = 0;
  const port = await frameServer(() => {}, {
    onFrame: (frame, connection) => {
      if (windows.take(frame)) connection.write(headers(frame.stream, OK, { end: true }));
      if (frame.type !== TYPE.DATA || steps > 0 || windows.bodies.get(frame.stream)! < DEFAULT_WINDOW) return;
      steps++;
      // The window is used up. Now it is negative, by 55,535 bytes; an opening of 60,000 leaves 4,465.
      connection.write(settings([4, 10_000]));
      windows.streams.set(frame.stream, windows.streams.get(frame.stream)! - 55_535);
      windows.open(connection, 60_000, frame.stream);
      setTimeout(() => {
        assert.equal(windows.bodies.get(frame.stream), DEFAULT_WINDOW + 4465);
        steps++;
        connection.write(settings([4, 200_000]));
        windows.streams.set(frame.stream, windows.streams.get(frame.stream)! + 190_000);
        windows.open(connection, 100_000);
      }, 50);
    },
  });
  const summary = await realLoad(specOn(port, { requests: [POST] }), bodyOf(150_000));
  assert.deepEqual([summary.counts.done, steps, windows.violations], [1, 2, []]);
});

for (const transport of ['Lean', 'NodeHTTP2'])
  test(`${transport} opens windows of 4 MiB for each stream and of 16 MiB for the connection`, async () => {
    let [stream, connection] = [DEFAULT_WINDOW, DEFAULT_WINDOW];
    const port = await frameServer(({ write }, id) => write(headers(id, OK, { end: true })), {
      onFrame: ({ type, payload, stream: id }) => {
        if (type === TYPE.WINDOW_UPDATE && id === 0) connection += payload.readUInt32BE(0);
        if (type !== TYPE.SETTINGS) return;
        for (let at = 0; at < payload.length; at += 6)
          if (payload.readUInt16BE(at) === INITIAL_WINDOW_SIZE) stream = payload.readUInt32BE(at + 2);
      },
    });
    const summary = await realLoad(specOn(port, { http: { transport } }), new Map());
    assert.deepEqual([summary.counts.done, stream, connection], [1, 4 * KIB * KIB, 16 * KIB * KIB]);
  });

test('a body of 24 MiB arrives whole, within windows that the client opens in bulk', async () => {
  const total = 24 * KIB * KIB;
  const frames: ClientFrame[] = [];
  let [connectionWindow, streamWindow, sent] = [DEFAULT_WINDOW, 0, 0];
  const port = await frameServer(() => {}, {
    onFrame: (frame, { write }) => {
      const { type, flags, stream, payload } = frame;
      if (type === TYPE.HEADERS) write(headers(stream, OK));
      // The second setting of the client is the window of each stream.
      if (type === TYPE.SETTINGS && (flags & FLAG.ACK) === 0) streamWindow = payload.readUInt32BE(8);
      if (type === TYPE.WINDOW_UPDATE) {
        frames.push(frame);
        if (stream === 0) connectionWindow += payload.readUInt32BE(0);
        else streamWindow += payload.readUInt32BE(0);
      }
      if (type !== TYPE.HEADERS && sent === 0) return;
      for (let room = 1; room > 0 && sent < total; ) {
        room = Math.min(16 * KIB, total - sent, connectionWindow, streamWindow);
        sent += room;
        connectionWindow -= room;
        streamWindow -= room;
        if (room > 0) write(data(1, 'x'.repeat(room), { end: sent === total }));
      }
    },
  });
  const spec = specOn(port, {});
  let received = 0;
  const recording = recordResponses(await transportFor(spec.target, new Map()), ({ body }) => {
    received = body.length;
  });
  const summary = await realLoad(spec, new Map(), recording);
  assert.deepEqual([summary.counts.done, kindsOf(summary), received], [1, {}, total]);
  assert.ok(frames.length <= 20, `${frames.length} WINDOW_UPDATEs`);
});

test('a response before the end of the request ends it, and the connection goes on', async () => {
  const windows = new Windows();
  const resets: number[] = [];
  let connections = 0;
  const port = await frameServer(({ write }, stream) => write(headers(stream, OK, { end: true })), {
    onConnection: () => connections++,
    onFrame: (frame) => {
      windows.take(frame);
      if (frame.type === TYPE.RST_STREAM) resets.push(frame.payload.readUInt32BE(0));
    },
  });
  const summary = await realLoad(specOn(port, { requests: [POST], iterations: 3 }), bodyOf(100 * KIB));
  // The connection's window is used up by the first request; the next ones end without a byte of their bodies.
  assert.deepEqual([summary.counts.done, connections, windows.violations], [3, 1, []]);
  assert.deepEqual(resets.slice(0, 2), [0, 0]); // the last one may still be on its way
});
