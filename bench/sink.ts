/**
 * `node bench/sink.ts SILENT`: a server that responds to the first request of every connection at once, and to all later ones except the share
 * SILENT after a delay. Prints its port. Each read counts as one request, because requests are far smaller than a segment.
 */
import { createServer } from 'node:net';

const RESPONSE = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n';
const DELAY_MS = 80;

const silent = Number(process.argv[2]);
let connections = 0;

const server = createServer({ noDelay: true }, (socket) => {
  const mute = connections++ % 100 < silent * 100;
  let requests = 0;
  socket.on('error', () => {});
  socket.on('data', () => {
    if (requests++ === 0) socket.write(RESPONSE);
    else if (!mute) setTimeout(() => socket.write(RESPONSE), DELAY_MS);
  });
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  console.log((server.address() as { port: number }).port);
});
