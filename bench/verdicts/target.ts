/**
 * The target of the verdict benchmark: `node bench/verdicts/target.ts BEHAVIOUR VERSION`. Request `/N` is answered as the behaviour says
 * for number N. Prints its port, reads the start of the load, epoch milliseconds, and prints its log as JSON when standard input ends.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createHttp2Server, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { answeredAtMs, BEHAVIOURS } from './behaviour.ts';

/**
 * One request: its number, its connection by the client's port, its stream (0 over HTTP/1.1), and when the target took it up, in milliseconds
 * since the start of the load.
 */
export type Entry = { n: number; port: number; stream: number; receivedMs: number };

const [name, version] = process.argv.slice(2);
const behaviour = BEHAVIOURS.find((b) => b.name === name)!;
let startMs = 0;
const nowMs = () => performance.timeOrigin + performance.now() - startMs;
const log: Entry[] = [];

type Answerable = { end(text: string): void; destroy(): void };

function answer(url: string, from: Pick<Entry, 'port' | 'stream'>, response: Answerable): void {
  const entry: Entry = { n: Number(url.slice(1)), ...from, receivedMs: nowMs() };
  log.push(entry);
  if (behaviour.drops?.(entry.n)) {
    response.destroy();
    return;
  }
  const atMs = answeredAtMs(behaviour, entry.n, entry.receivedMs);
  if (atMs !== Number.POSITIVE_INFINITY) setTimeout(send, Math.floor(atMs - entry.receivedMs), response, atMs);
}

/** Timers count whole milliseconds; the rest is spun, so that the target keeps its own times. */
function send(response: Answerable, atMs: number): void {
  while (nowMs() < atMs);
  response.end('{"ok":true}');
}

const server =
  version === 'HTTP2'
    ? createHttp2Server((request: Http2ServerRequest, response: Http2ServerResponse) =>
        answer(
          request.url,
          { port: request.socket.remotePort!, stream: request.stream.id! },
          { end: (text) => response.end(text), destroy: () => response.stream.close(8) },
        ),
      )
    : createServer({ keepAliveTimeout: 60_000 }, (request, response) =>
        answer(
          request.url!,
          { port: request.socket.remotePort!, stream: 0 },
          { end: (text) => response.end(text), destroy: () => request.socket.destroy() },
        ),
      );
server.listen(0, '127.0.0.1');
await once(server, 'listening');
console.log((server.address() as AddressInfo).port);
process.stdin.once('data', (line) => {
  startMs = Number(line);
});
process.stdin.once('end', () => process.stdout.write(JSON.stringify(log), () => process.exit()));
