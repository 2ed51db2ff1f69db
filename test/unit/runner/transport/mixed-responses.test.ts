import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { seededRandom } from '../../../../model/common/random.ts';
import { transportFor } from '../../../../runner/transport/select.ts';
import { kindsOf, realLoad, realSpec } from '../../../support/real-load.ts';
import { recordResponses } from '../../../support/record-responses.ts';
import { BAD_RESPONSES, endOf, OK, TRANSPORTS } from '../../../support/target/bad-responses.ts';
import { hostile, type Misbehave } from '../../../support/target/hostile.ts';

const REQUESTS = 3000;

/** The response to a request, the subsequent treatment of the connection, and the outcome of the request. */
type Reply = {
  reply: (path: string) => string;
  last?: 'end' | 'resetAndDestroy';
  ends: (typeof BAD_RESPONSES)[number][2];
};

/** Responses that contain the path of their request, so that a response to another request is detected. */
const own = (path: string) => `HTTP/1.1 200 OK\r\ncontent-length: ${path.length}\r\n\r\n${path}`;
const chunked = (path: string) =>
  `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${path.length.toString(16)}\r\n${path}\r\n0\r\n\r\n`;
const lastOne = (path: string) => own(path).replace('\r\n', '\r\nconnection: close\r\n');
const untilClose = (path: string) => `HTTP/1.1 200 OK\r\n\r\n${path}`;
const GOOD: Reply[] = [
  { reply: own, ends: 'done' },
  { reply: chunked, ends: 'done' },
  { reply: lastOne, ends: 'done' },
  { reply: untilClose, last: 'end', ends: 'done' },
];
/** Bad responses without those that end by a timeout. */
const BAD: Reply[] = [
  ...BAD_RESPONSES.flatMap(([, response, ends]) =>
    typeof response === 'string' && TRANSPORTS.every((transport) => endOf(ends, transport) !== 'TimedOutWaiting')
      ? [{ reply: () => response, ends }]
      : [],
  ),
  { reply: () => OK.slice(0, 30), last: 'end', ends: 'ConnectionClosed' },
  { reply: () => '', last: 'end', ends: 'ConnectionClosed' },
  { reply: () => '', last: 'resetAndDestroy', ends: 'ConnectionReset' },
];

/** A random reply to each request, good or bad with equal probability. */
function replies(seed: number): Reply[] {
  const random = seededRandom(seed);
  const oneOf = (some: readonly Reply[]) => some[Math.floor(random() * some.length)]!;
  return Array.from({ length: REQUESTS }, () => oneOf(random() < 0.5 ? GOOD : BAD));
}

for (const transport of TRANSPORTS) {
  test(`${transport} counts each of ${REQUESTS} good and bad responses in any order by its own kind, and for its own request`, async () => {
    const planned = replies(17);
    const wrong: string[] = [];
    const closed = new WeakSet<Socket>();
    const misbehave: Misbehave = (socket, _, path) => {
      if (closed.has(socket)) wrong.push(`${path}: over a connection that had to be closed`);
      const { reply, last } = planned[Number(path.slice(1))]!;
      if (reply === lastOne) closed.add(socket);
      socket.write(reply(path), 'latin1');
      if (last !== undefined) socket[last]();
    };
    const server = await hostile(misbehave);
    const spec = realSpec({
      target: { url: server.url, timeout: '10000ms', http: { transport } },
      requests: [{ name: 'r', path: '/${index}' }],
      load: { type: 'Closed', closed: { users: 8, iterations: REQUESTS, thinkTime: '1ms' } },
    });
    const recording = recordResponses(await transportFor(spec.target, new Map()), ({ request: { path }, body }) => {
      const text = body.toString('latin1');
      const { reply, ends } = planned[Number(path.slice(1))]!;
      const fits = GOOD.some((good) => good.reply === reply) ? text === path : text === '' || text === 'ok';
      if (!fits || endOf(ends, transport) !== 'done') wrong.push(`${path}: ${text}`);
    });
    const summary = await realLoad(spec, new Map(), recording);
    server.close();

    const expected: Record<string, number> = {};
    for (const { ends } of planned) {
      const end = endOf(ends, transport);
      expected[end] = (expected[end] ?? 0) + 1;
    }
    assert.deepEqual(wrong, []);
    assert.deepEqual({ ...kindsOf(summary), done: summary.counts.done }, expected, JSON.stringify(summary.errors));
  });
}
