import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { http1Transport } from '../../runner/http1/transport.ts';
import type { Transport } from '../../runner/transport.ts';
import { destinationOf } from '../../runner/transport-choice.ts';
import { undiciTransport } from '../../runner/undici-transport.ts';
import { kindsOf, realLoad, realSpec } from './real-load.ts';

/** What `expect` looks at in answers, on real sockets and over both HTTP/1.1 transports. */
const TRANSPORTS: [name: string, transport: (destination: ReturnType<typeof destinationOf>) => Transport][] = [
  ['bare sockets', http1Transport],
  ['undici', undiciTransport],
];

async function serving(answer: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', () => answer(socket));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

const head = (length: number, ...headers: string[]) =>
  `HTTP/1.1 200 OK\r\n${[...headers, `Content-Length: ${length}`].join('\r\n')}\r\n\r\n`;

for (const [name, transport] of TRANSPORTS) {
  const load = async (answer: (socket: Socket) => void, request: object) => {
    const spec = realSpec({ target: { url: await serving(answer) }, requests: [{ name: 'r', ...request }] });
    return realLoad(spec, new Map(), transport(destinationOf(spec.target, new Map())));
  };

  test(`${name}: headers are found whatever their case, their number and how they are cut`, async () => {
    const bytes = `${head(2, 'X-Under_Score: a', 'X-TWICE: one', 'x-twice:  two \t', `X-Long: ${'y'.repeat(5000)}`)}ok`;
    const headers = [
      { name: 'x-under_score', value: 'a' },
      { name: 'X-Twice', value: 'two' },
      { name: 'X-Twice', value: 'one' },
      { name: 'X-Long', matches: '^y{5000}$' },
      { name: 'content-length', value: '2' },
    ];
    const bit = Math.ceil(bytes.length / 7);
    const { counts } = await load(
      (socket) => {
        for (let at = 0; at < bytes.length; at += bit) socket.write(bytes.slice(at, at + bit));
      },
      { expect: { headers } },
    );
    assert.deepEqual([counts.done, counts.unexpected], [20, 0]);
  });

  test(`${name}: a body without end is given up at its greatest size, long before the time-out`, async () => {
    const answer = (socket: Socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      const more = () => {
        if (!socket.destroyed && socket.write(`400\r\n${'x'.repeat(1024)}\r\n`)) setImmediate(more);
      };
      socket.on('drain', more);
      more();
    };
    const summary = await load(answer, { expect: { maxBodyBytes: 5000 } });
    assert.deepEqual(kindsOf(summary), { BodyTooLarge: 20 });
  });

  test(`${name}: a body that is too great in one read, with its end, is one failure`, async () => {
    const summary = await load((socket) => socket.write(`${head(50)}${'x'.repeat(50)}`), {
      expect: { maxBodyBytes: 49 },
    });
    assert.deepEqual(kindsOf(summary), { BodyTooLarge: 20 });
    assert.equal(summary.counts.done, 0);
  });

  test(`${name}: gzip is decoded when it was asked for`, async () => {
    const body = gzipSync('{"a":"needle"}');
    const answer = (socket: Socket) =>
      socket.write(Buffer.concat([Buffer.from(head(body.length, 'Content-Encoding: gzip')), body]));
    const { counts } = await load(answer, {
      headers: [{ name: 'Accept-Encoding', value: 'gzip' }],
      expect: { bodyContains: 'needle', json: [{ pointer: '/a', value: 'needle' }] },
    });
    assert.deepEqual([counts.done, counts.unexpected], [20, 0]);
  });

  test(`${name}: unexpected answers are kept with the beginning of their bodies`, async () => {
    const { unexpected } = await load(
      (socket) => socket.write('HTTP/1.1 503 No\r\nContent-Length: 9\r\n\r\nsorry, no'),
      {},
    );
    assert.deepEqual(unexpected, [{ request: 'r', status: 503, body: 'sorry, no' }]);
  });
}
