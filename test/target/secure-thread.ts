import { createServer } from 'node:tls';
import { parentPort, workerData } from 'node:worker_threads';

/** A TLS server that answers at once, in a thread of its own: it says its port, and when asked, how many connections there were. */
let connections = 0;
const server = createServer(workerData, (socket) => {
  connections++;
  socket.on('error', () => {});
  socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'));
});
server.listen(0, '127.0.0.1', () => parentPort!.postMessage((server.address() as { port: number }).port));
parentPort!.on('message', () => parentPort!.postMessage(connections));
