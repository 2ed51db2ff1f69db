import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { cutAtEveryByte, dripping, endless, hostile, type Misbehave } from '../target/hostile.ts';
import { kindsOf, realLoad, realSpec } from './real-load.ts';

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const HEAD = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${HEAD}transfer-encoding: chunked\r\n\r\n`;

/** What one transport makes of it: the kind that every request fails with, or 'done'. */
type End = string;
/** Where the two differ, docs/design/0022-where-the-transports-differ.md has the row and the reason. */
type Row = [what: string, answer: string | Misbehave, ends: End | { Lean: End; Undici: End }];

const ROWS: Row[] = [
  ['an endless body of chunks', endless(CHUNKED, '4\r\nbody\r\n'), 'TimedOutWaiting'],
  ['an endless body until the close', endless(`${HEAD}\r\n`, 'body'), 'TimedOutWaiting'],
  ['endless headers', endless(HEAD, 'x-more: and more\r\n'), 'HeadersTooLarge'],
  ['an endless header', endless(`${HEAD}x-more: `, 'and more'), 'HeadersTooLarge'],
  ['an endless header name', endless(HEAD, 'x-'), 'HeadersTooLarge'],
  ['an endless reason', endless('HTTP/1.1 200 ', 'fine'), { Lean: 'HeadersTooLarge', Undici: 'TimedOutWaiting' }],
  [
    'endless informational answers',
    endless('', 'HTTP/1.1 103 Early Hints\r\nx: y\r\n\r\n'),
    { Lean: 'HeadersTooLarge', Undici: 'TimedOutWaiting' },
  ],
  ['endless trailers', endless(`${CHUNKED}0\r\n`, 'x-more: and more\r\n'), 'HeadersTooLarge'],
  [
    'an endless chunk extension',
    endless(`${CHUNKED}2;`, 'and-more'),
    { Lean: 'HeadersTooLarge', Undici: 'TimedOutWaiting' },
  ],
  ['bytes that drip', dripping(OK, 30), 'TimedOutWaiting'],

  ['two equal lengths', `${HEAD}content-length: 2\r\ncontent-length: 2\r\n\r\nok`, 'MalformedResponse'],
  ['two different lengths', `${HEAD}content-length: 2\r\ncontent-length: 3\r\n\r\nok`, 'MalformedResponse'],
  ['a list of lengths', `${HEAD}content-length: 2, 2\r\n\r\nok`, 'MalformedResponse'],
  ['a negative length', `${HEAD}content-length: -2\r\n\r\nok`, 'MalformedResponse'],
  ['a length with a sign', `${HEAD}content-length: +2\r\n\r\nok`, 'MalformedResponse'],
  ['a length in hexadecimal', `${HEAD}content-length: 0x2\r\n\r\nok`, 'MalformedResponse'],
  ['a length beyond all numbers', `${HEAD}content-length: 99999999999999999999\r\n\r\nok`, 'MalformedResponse'],
  ['an empty length', `${HEAD}content-length:\r\n\r\nok`, 'MalformedResponse'],
  [
    'a length and chunks',
    `${HEAD}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
    'MalformedResponse',
  ],
  [
    'chunks and a length',
    `${HEAD}transfer-encoding: chunked\r\ncontent-length: 2\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
    'MalformedResponse',
  ],
  [
    'chunked twice',
    `${HEAD}transfer-encoding: chunked, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
    { Lean: 'MalformedResponse', Undici: 'done' },
  ],
  [
    'a transfer encoding behind chunked',
    `${HEAD}transfer-encoding: chunked, gzip\r\n\r\n0\r\n\r\n`,
    { Lean: 'MalformedResponse', Undici: 'TimedOutWaiting' },
  ],
  [
    'an unknown transfer encoding',
    `${HEAD}transfer-encoding: cow\r\n\r\nok`,
    { Lean: 'MalformedResponse', Undici: 'TimedOutWaiting' },
  ],
  [
    'chunks in HTTP/1.0',
    'HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
    { Lean: 'MalformedResponse', Undici: 'done' },
  ],
  ['a folded header', `${HEAD}x: a\r\n b\r\ncontent-length: 2\r\n\r\nok`, 'MalformedResponse'],
  ['a space before the colon', `${HEAD}content-length : 2\r\n\r\nok`, 'MalformedResponse'],
  ['a header without a name', `${HEAD}: x\r\ncontent-length: 2\r\n\r\nok`, 'MalformedResponse'],
  ['a header without a colon', `${HEAD}nonsense\r\ncontent-length: 2\r\n\r\nok`, 'MalformedResponse'],
  ['a line feed alone', OK.replaceAll('\r\n', '\n'), 'MalformedResponse'],
  ['a carriage return alone', `${HEAD}x: a\rb\r\ncontent-length: 2\r\n\r\nok`, 'MalformedResponse'],
  ['a NUL in a header', `${HEAD}x: a\0b\r\ncontent-length: 2\r\n\r\nok`, 'MalformedResponse'],
  ['a control character in a header', `${HEAD}x: a\x01b\r\ncontent-length: 2\r\n\r\nok`, 'MalformedResponse'],
  ['a chunk size that is none', `${CHUNKED}x\r\nok\r\n0\r\n\r\n`, 'MalformedResponse'],
  ['a chunk size with a prefix', `${CHUNKED}0x2\r\nok\r\n0\r\n\r\n`, 'MalformedResponse'],
  ['a chunk size beyond all numbers', `${CHUNKED}fffffffffffffffff\r\nok\r\n0\r\n\r\n`, 'MalformedResponse'],
  ['a chunk that is longer than its size', `${CHUNKED}2\r\nokay\r\n0\r\n\r\n`, 'MalformedResponse'],
  ['a chunk with a line feed alone', `${CHUNKED}2\nok\n0\n\n`, 'MalformedResponse'],
  ['another protocol', 'SSH-2.0-OpenSSH_10.0\r\n', 'MalformedResponse'],
  ['a version that there is not', OK.replace('1.1', '1.2'), 'MalformedResponse'],
  ['HTTP/2 by its name', OK.replace('1.1', '2.0'), { Lean: 'MalformedResponse', Undici: 'done' }],
  ['HTTP/0.9', 'ok\r\n', 'MalformedResponse'],
  ['a protocol in lower case', OK.replace('HTTP', 'http'), 'MalformedResponse'],
  ['a status of two digits', OK.replace('200', '20'), 'MalformedResponse'],
  ['a status of four digits', OK.replace('200', '2000'), 'MalformedResponse'],
  ['a status with a letter', OK.replace('200', '2x0'), 'MalformedResponse'],
  ['no reason', OK.replace(' OK', ''), 'done'],
  ['an empty line before the answer', `\r\n${OK}`, { Lean: 'MalformedResponse', Undici: 'done' }],
  [
    'an upgrade that nobody asked for',
    `HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n`,
    { Lean: 'MalformedResponse', Undici: 'ConnectionClosed' },
  ],
  ['100 before the answer', `HTTP/1.1 100 Continue\r\n\r\n${OK}`, { Lean: 'done', Undici: 'ConnectionClosed' }],
  ['bytes behind the answer', `${OK}!`, { Lean: 'MalformedResponse', Undici: 'done' }],
  ['two answers at once', `${OK}${OK.replace('200', '418')}`, { Lean: 'MalformedResponse', Undici: 'done' }],
  [
    'a body of a status without one',
    `HTTP/1.1 204 No Content\r\n\r\nok`,
    { Lean: 'MalformedResponse', Undici: 'done' },
  ],
  ['a length of a status without a body', `HTTP/1.1 204 No Content\r\ncontent-length: 2\r\n\r\n`, 'done'],
  ['letters beyond ASCII in a header', `${HEAD}x: caf\u00e9\r\ncontent-length: 2\r\n\r\nok`, 'done'],
  ['a chunk extension', `${CHUNKED}2;a="b"\r\nok\r\n0\r\n\r\n`, 'done'],
  ['trailers', `${CHUNKED}2\r\nok\r\n0\r\nx: y\r\n\r\n`, 'done'],
  ['names in capitals', OK.replace('content-length', 'CONTENT-LENGTH'), 'done'],
  ['spaces around a value', OK.replace(': 2', ': \t 2 \t'), { Lean: 'done', Undici: 'MalformedResponse' }],
];

const of64KiB = (() => {
  const head = `${HEAD}content-length: 00000\r\n\r\n`;
  const length = 65536 - head.length;
  return head.replace('00000', String(length)) + 'x'.repeat(length);
})();

const TRANSPORTS = ['Lean', 'Undici'] as const;
const target = (url: string, transport: string) => ({ url, http: { transport } });
const closed = (users: number, iterations: number, thinkTime = '0s') => ({
  load: { type: 'Closed', closed: { users, iterations, thinkTime } },
});

const differences = readFileSync(
  join(import.meta.dirname, '../../docs/design/0022-where-the-transports-differ.md'),
  'utf8',
);
const endOf = (ends: Row[2], transport: (typeof TRANSPORTS)[number]) =>
  typeof ends === 'string' ? ends : ends[transport];

for (const [what, answer, ends] of ROWS) {
  for (const transport of TRANSPORTS) {
    test(`${transport}: ${what}: ${endOf(ends, transport)}`, async () => {
      const misbehave =
        typeof answer === 'string' ? (s: Parameters<Misbehave>[0]) => s.write(answer, 'latin1') : answer;
      const server = await hostile(misbehave);
      const wanted = endOf(ends, transport);
      // Where an answer ends by itself, a busy machine may take its time.
      const patience = wanted === 'TimedOutWaiting' ? {} : { timeout: '10000ms' };
      const spec = realSpec({ target: { ...target(server.url, transport), ...patience }, ...closed(2, 4) });
      const summary = await realLoad(spec, new Map());
      server.close();
      const counted = wanted === 'done' ? { done: 4 } : wanted === 'TimedOutWaiting' ? { timeout: 4 } : { failed: 4 };
      assert.deepEqual(kindsOf(summary), wanted === 'done' ? {} : { [wanted]: 4 }, JSON.stringify(summary.errors));
      assert.partialDeepStrictEqual(summary.counts, { generated: 4, made: 4, inFlight: 0, ...counted });
      assert.ok(!summary.responses.some(({ status }) => status === 418), 'bytes of nobody counted as an answer');
    });
  }
  if (typeof ends !== 'string') {
    test(`the record says how the transports differ in: ${what}`, () => {
      assert.ok(differences.includes(`| ${what} | ${ends.Lean} | ${ends.Undici} |`));
    });
  }
}

for (const transport of TRANSPORTS) {
  const LONG = `HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n${CHUNKED}2;x=y\r\nok\r\n0\r\nx-trailer: y\r\n\r\n`;
  for (const [name, text] of [
    ['with a length', OK],
    ['in chunks', LONG],
  ] as const) {
    test(`${transport}: an answer ${name}, cut at every byte by a reset and by a close`, async () => {
      for (const [kind, end] of [
        ['ConnectionReset', 'resetAndDestroy'],
        ['ConnectionClosed', 'destroy'],
      ] as const) {
        const server = await hostile(cutAtEveryByte(text, (socket) => socket[end]()));
        const spec = realSpec({ target: target(server.url, transport), ...closed(1, text.length, '10ms') });
        const summary = await realLoad(spec, new Map());
        server.close();
        assert.deepEqual(kindsOf(summary), { [kind]: text.length - 1 }, JSON.stringify(summary.errors));
        assert.deepEqual([summary.counts.done, summary.responses], [1, [{ status: 200, count: 1 }]]);
      }
    });
  }

  for (const [what, bytes] of [
    ['an answer', OK.replace('200 OK', '418 Teapot')],
    ['a byte', 'H'],
  ] as const) {
    test(`${transport}: ${what} that nobody asked for is not the next request's, and ends the connection`, async () => {
      let connections = 0;
      const server = await hostile(
        (socket) => {
          socket.write(OK);
          setTimeout(() => socket.write(bytes), 10);
        },
        () => connections++,
      );
      const spec = realSpec({ target: target(server.url, transport), ...closed(1, 5, '250ms') }); // a busy machine must not make the two meet
      const summary = await realLoad(spec, new Map());
      server.close();
      assert.deepEqual([summary.responses, kindsOf(summary), connections], [[{ status: 200, count: 5 }], {}, 5]);
    });
  }

  test(`${transport}: an answer that follows one of 64 KiB, as much as is read at a time, is not the next request's`, async () => {
    const server = await hostile((socket) => socket.write(of64KiB + OK.replace('200 OK', '418 Teapot')));
    const spec = realSpec({ target: target(server.url, transport), ...closed(2, 40) });
    const summary = await realLoad(spec, new Map());
    server.close();
    const wanted = transport === 'Lean' ? [[], { MalformedResponse: 40 }] : [[{ status: 200, count: 40 }], {}];
    assert.deepEqual([summary.responses, kindsOf(summary)], wanted);
  });

  test(`${transport}: answers of 64 KiB are answers as any other`, async () => {
    const connections = new Set<unknown>();
    const server = await hostile(
      (socket) => socket.write(of64KiB),
      (socket) => connections.add(socket),
    );
    const spec = realSpec({ target: target(server.url, transport), ...closed(2, 200) });
    const summary = await realLoad(spec, new Map());
    server.close();
    assert.deepEqual([summary.counts.done, kindsOf(summary), connections.size], [200, {}, 2]);
  });

  test(`${transport}: a server that closes idle connections costs no request`, async () => {
    const server = await hostile((socket) => {
      socket.write(OK);
      setTimeout(() => socket.end(), 10);
    });
    const spec = realSpec({ target: target(server.url, transport), ...closed(1, 5, '250ms') }); // a busy machine must not make the two meet
    const summary = await realLoad(spec, new Map());
    server.close();
    assert.deepEqual([summary.counts.done, kindsOf(summary)], [5, {}]);
  });

  test(`${transport}: an answer before the request's body has gone out; the rest of the body is nobody's request`, async () => {
    let connections = 0;
    const server = await hostile(
      (socket) => {
        socket.pause();
        socket.write(OK.replace('200 OK', '413 Too Large'));
      },
      () => connections++,
    );
    const values = new Map([['ConfigMap/big/body', Buffer.alloc(16 * 1024 * 1024, 'GET / HTTP/1.1\r\n\r\n')]]);
    const body = { type: 'From', from: { configMapKeyRef: { name: 'big', key: 'body' } } };
    const requests = [{ name: 'r', method: 'POST', body }];
    const spec = realSpec({ target: target(server.url, transport), requests, ...closed(1, 3) });
    const summary = await realLoad(spec, values);
    server.close();
    const wanted =
      transport === 'Lean'
        ? [[{ status: 413, count: 3 }], {}, 3]
        : [[{ status: 413, count: 2 }], { TimedOutWaiting: 1 }, 2]; // the record has the reason
    assert.deepEqual([summary.responses, kindsOf(summary), connections], wanted);
  });

  test(`${transport}: endless bodies are not kept`, async () => {
    const server = await hostile(endless(CHUNKED, `1000\r\n${'x'.repeat(4096)}\r\n`));
    const before = process.memoryUsage();
    const requests = [{ name: 'r', expect: { bodyContains: 'never there' } }];
    const spec = realSpec({ target: target(server.url, transport), requests, ...closed(4, 12) });
    const summary = await realLoad(spec, new Map());
    const after = process.memoryUsage();
    server.close();
    assert.equal(summary.counts.timeout, 12);
    const grown = after.heapUsed + after.external - before.heapUsed - before.external;
    assert.ok(grown < 128 * 1024 * 1024, `${Math.round(grown / 1024 / 1024)} MiB more`);
  });
}
