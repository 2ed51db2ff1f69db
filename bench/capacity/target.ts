/** `node bench/capacity/target.ts NAME` serves the target with this name, prints its port, and ends with its standard input. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { TARGETS } from './targets.ts';

const target = TARGETS.find(({ name }) => name === process.argv[2])!;
const behaviour = target.behaviour();
const began = performance.now();

const TEXT: Record<number, string> = {
  200: 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok',
  503: 'HTTP/1.1 503 Service Unavailable\r\ncontent-length: 2\r\n\r\nno',
};

/** One request is in flight on a connection, and it has no body: its end is the empty line. */
function onData(socket: Socket, bytes: Buffer | string): void {
  if (bytes.indexOf('\r\n\r\n') < 0) return;
  const { afterMs, status } = behaviour(performance.now() - began);
  const text = TEXT[status]!;
  if (afterMs <= 0) socket.write(text);
  else setTimeout(() => socket.writable && socket.write(text), afterMs);
}

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('data', (bytes) => onData(socket, bytes));
  socket.on('error', () => socket.destroy());
});
server.listen(0, '127.0.0.1', 4096);
await once(server, 'listening');
console.log((server.address() as AddressInfo).port);
process.stdin.resume();
process.stdin.once('end', () => process.exit());
