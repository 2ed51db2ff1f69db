import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { kindsOf, realLoad, realSpec } from '../../../support/real-load.ts';
import { BAD_RESPONSES, CHUNKED, endOf, OK, TRANSPORTS } from '../../../support/target/bad-responses.ts';
import { cutAtEveryByte, endless, hostile, type Misbehave } from '../../../support/target/hostile.ts';

const of64KiB = (() => {
  const head = 'HTTP/1.1 200 OK\r\ncontent-length: 00000\r\n\r\n';
  const length = 65536 - head.length;
  return head.replace('00000', String(length)) + 'x'.repeat(length);
})();

const target = (url: string, transport: string) => ({ url, http: { transport } });
const closed = (users: number, iterations: number, thinkTime = '0s') => ({
  load: { type: 'Closed', closed: { users, iterations, thinkTime } },
});

const differences = readFileSync(
  join(import.meta.dirname, '../../../../docs/notes/0022-where-the-transports-differ.md'),
  'utf8',
);

for (const [what, response, ends] of BAD_RESPONSES) {
  for (const transport of TRANSPORTS) {
    test(`${transport} counts ${what} as ${endOf(ends, transport)}`, async () => {
      const misbehave =
        typeof response === 'string' ? (s: Parameters<Misbehave>[0]) => s.write(response, 'latin1') : response;
      const server = await hostile(misbehave);
      const expected = endOf(ends, transport);
      // Generous for responses that end by themselves, because the machine may be busy.
      const timeout = expected === 'TimedOutWaiting' ? {} : { timeout: '10000ms' };
      const spec = realSpec({ target: { ...target(server.url, transport), ...timeout }, ...closed(2, 4) });
      const summary = await realLoad(spec, new Map());
      server.close();
      const counted =
        expected === 'done' ? { done: 4 } : expected === 'TimedOutWaiting' ? { timeout: 4 } : { failed: 4 };
      assert.deepEqual(kindsOf(summary), expected === 'done' ? {} : { [expected]: 4 }, JSON.stringify(summary.errors));
      assert.partialDeepStrictEqual(summary.counts, { generated: 4, made: 4, inFlight: 0, ...counted });
      assert.ok(!summary.responses.some(({ code }) => code === '418'), 'a stray response was counted');
    });
  }
  if (typeof ends !== 'string') {
    test(`the notes list how the transports differ in: ${what}`, () => {
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
    test(`${transport} reports a response ${name} that is cut at any byte, by a reset or a close`, async () => {
      for (const [kind, end] of [
        ['ConnectionReset', 'resetAndDestroy'],
        ['ConnectionClosed', 'destroy'],
      ] as const) {
        const server = await hostile(cutAtEveryByte(text, (socket) => socket[end]()));
        const spec = realSpec({ target: target(server.url, transport), ...closed(1, text.length, '10ms') });
        const summary = await realLoad(spec, new Map());
        server.close();
        assert.deepEqual(kindsOf(summary), { [kind]: text.length - 1 }, JSON.stringify(summary.errors));
        assert.deepEqual([summary.counts.done, summary.responses], [1, [{ code: '200', count: 1 }]]);
      }
    });
  }

  for (const [what, bytes] of [
    ['a response', OK.replace('200 OK', '418 Teapot')],
    ['a byte', 'H'],
  ] as const) {
    test(`${transport} closes a connection after ${what} without a request, which is not the next response`, async () => {
      let connections = 0;
      const server = await hostile(
        (socket) => {
          socket.write(OK);
          setTimeout(() => socket.write(bytes), 10);
        },
        () => connections++,
      );
      const spec = realSpec({ target: target(server.url, transport), ...closed(1, 5, '250ms') }); // far longer than 10 ms, even on a busy machine
      const summary = await realLoad(spec, new Map());
      server.close();
      assert.deepEqual([summary.responses, kindsOf(summary), connections], [[{ code: '200', count: 5 }], {}, 5]);
    });
  }

  test(`${transport} does not take trailing bytes after 64 KiB, the size of a read, as the next response`, async () => {
    const server = await hostile((socket) => socket.write(of64KiB + OK.replace('200 OK', '418 Teapot')));
    const spec = realSpec({ target: target(server.url, transport), ...closed(2, 40) });
    const summary = await realLoad(spec, new Map());
    server.close();
    const expected = transport === 'Lean' ? [[], { MalformedResponse: 40 }] : [[{ code: '200', count: 40 }], {}];
    assert.deepEqual([summary.responses, kindsOf(summary)], expected);
  });

  test(`${transport} accepts responses of exactly 64 KiB`, async () => {
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

  test(`${transport} loses no request to a server that closes idle connections`, async () => {
    const server = await hostile((socket) => {
      socket.write(OK);
      setTimeout(() => socket.end(), 10);
    });
    const spec = realSpec({ target: target(server.url, transport), ...closed(1, 5, '250ms') }); // far longer than 10 ms, even on a busy machine
    const summary = await realLoad(spec, new Map());
    server.close();
    assert.deepEqual([summary.counts.done, kindsOf(summary)], [5, {}]);
  });

  test(`${transport} handles a response before the end of the request's body`, async () => {
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
    const expected =
      transport === 'Lean'
        ? [[{ code: '413', count: 3 }], {}, 3]
        : [[{ code: '413', count: 2 }], { TimedOutWaiting: 1 }, 2]; // docs/notes/0022-where-the-transports-differ.md has the reason
    assert.deepEqual([summary.responses, kindsOf(summary), connections], expected);
  });

  test(`${transport} does not keep endless bodies in memory`, async () => {
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
