import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { kindsOf, realLoad, realSpec } from './real-load.ts';

// Runs in a network namespace with ten ephemeral ports: opens 25 connections at once and prints their outcomes. The argument is `target.http`
// as JSON.
const http = JSON.parse(process.argv[2] ?? '{}') as { version?: string };
const respond = (_: unknown, response: { end(text: string): void }) => void setTimeout(() => response.end('ok'), 500);
const server = http.version === 'HTTP2' ? createHttp2Server(respond as never) : createServer(respond as never);
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
