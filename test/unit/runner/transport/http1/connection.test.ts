import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { AddressRecorder } from '../../../../../runner/transport/connect/address-recorder.ts';
import type { OnBytes } from '../../../../../runner/transport/connect/dial.ts';
import { HeadCache } from '../../../../../runner/transport/head-cache.ts';
import { Http1Connection } from '../../../../../runner/transport/http1/connection.ts';
import { TrailingBytes } from '../../../../../runner/transport/http1/trailing-bytes.ts';

const MORE = [
  ['HEAD', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n', 'ok', 'end'],
  ['HEAD', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', '0\r\n\r\n', 'end'],
  ['GET', 'HTTP/1.1 204 No Content\r\ncontent-length: 2\r\n\r\n', 'ok', 'end'],
  ['GET', 'HTTP/1.1 304 Not Modified\r\n\r\n', 'HTTP/1.1 200 OK\r\n\r\n', 'end'],
  ['GET', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok', 'ok', 'failed'],
] as const;

for (const [method, response, more, outcome] of MORE)
  test(`${JSON.stringify(more)} in the TLS record after ${JSON.stringify(response)} to ${method}: ${outcome}`, () => {
    const events: string[] = [];
    let ends = () => {};
    let read: OnBytes | undefined;
    const connection = new Http1Connection(
      {
        waits() {},
        written() {},
        head: (status) => void events.push(String(status)),
        data() {},
        end: () => void events.push('end'),
        failed: () => void events.push('failed'),
      },
      {
        dial({ onBytes }, { open }) {
          read = onBytes;
          queueMicrotask(() => open(new PassThrough() as unknown as Socket));
          return () => {};
        },
        serialise: () => Buffer.alloc(0),
        headCache: new HeadCache(),
        trailingBytes: new TrailingBytes((atTurnEnd) => {
          ends = atTurnEnd;
        }),
        discard: () => void events.push('discarded'),
        keepAlive: true,
        addresses: new AddressRecorder({}),
        newLifetime: undefined,
        closeGracefully: () => void events.push('closed'),
      },
    );
    const request = { method, path: '/', headers: [], body: null, fixed: false, wantsHeaders: false };
    connection.send(request);
    return Promise.resolve().then(() => {
      for (const record of [response, more]) read!(Buffer.from(record), record.length, true);
      ends();
      const status = response.split(' ')[1]!;
      assert.deepEqual(events, [status, ...(outcome === 'end' ? ['closed', 'end'] : ['discarded', 'failed'])]);
      assert.equal(connection.connected, false);
    });
  });
