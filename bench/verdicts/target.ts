/**
 * The target of the verdict benchmark: `node bench/verdicts/target.ts BEHAVIOUR START VERSION`. Request `/N` is answered as the behaviour
 * says for number N; START is the start of the load in epoch milliseconds. Prints its port, and its log as JSON when standard input ends.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createHttp2Server, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { answeredAtMs, BEHAVIOURS } from './behaviour.ts';

/** One request: its number and, in milliseconds since the start of the load, its arrival and its answer. */
export type Entry = { n: number; receivedMs: number; answeredMs?: number };

const [name, start, version] = process.argv.slice(2);
const behaviour = BEHAVIOURS.find((b) => b.name === name)!;
const nowMs = () => performance.timeOrigin + performance.now() - Number(start);
const log: Entry[] = [];

function answer(request: { url?: string }, response: { end(text: string): void; destroy(): void }): void {
  const entry: Entry = { n: Number(request.url!.slice(1)), receivedMs: nowMs() };
  log.push(entry);
  if (behaviour.drops?.(entry.n)) {
    response.destroy();
    return;
  }
  const atMs = answeredAtMs(behaviour, entry.n, entry.receivedMs);
  if (atMs !== Number.POSITIVE_INFINITY) setTimeout(send, Math.floor(atMs - entry.receivedMs), entry, response, atMs);
}

/** Timers count whole milliseconds; the rest is spun, so that the target keeps its own times. */
function send(entry: Entry, response: { end(text: string): void }, atMs: number): void {
  while (nowMs() < atMs);
  entry.answeredMs = nowMs();
  response.end('{"ok":true}');
}

const server =
  version === 'HTTP2'
    ? createHttp2Server((request: Http2ServerRequest, response: Http2ServerResponse) =>
        answer(request, { end: (text) => response.end(text), destroy: () => response.stream.close(8) }),
      )
    : createServer({ keepAliveTimeout: 60_000 }, (request, response) =>
        answer({ url: request.url! }, { end: (text) => response.end(text), destroy: () => request.socket.destroy() }),
      );
server.listen(0, '127.0.0.1');
await once(server, 'listening');
console.log((server.address() as AddressInfo).port);
process.stdin.resume();
process.stdin.once('end', () => process.stdout.write(JSON.stringify(log), () => process.exit()));
