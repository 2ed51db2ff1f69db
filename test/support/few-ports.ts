import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { kindsOf, realLoad, realSpec } from './real-load.ts';

/**
 * For a network namespace of ten ephemeral ports: makes 25 connections at once and prints how they ended. The arguments are the
 * transport's fields as JSON.
 */
const http = JSON.parse(process.argv[2] ?? '{}') as { version?: string };
const answer = (_: unknown, response: { end(text: string): void }) => void setTimeout(() => response.end('ok'), 500);
const server = http.version === 'HTTP2' ? createHttp2Server(answer as never) : createServer(answer as never);
server.listen(8080, '127.0.0.1');
await once(server, 'listening');
const summary = await realLoad(
  realSpec({
    target: { url: 'http://127.0.0.1:8080', timeout: '5000ms', http },
    load: { type: 'Closed', closed: { users: 25, iterations: 25 } },
  }),
  new Map(),
);
console.log(JSON.stringify({ done: summary.counts.done, kinds: kindsOf(summary) }));
process.exit();
