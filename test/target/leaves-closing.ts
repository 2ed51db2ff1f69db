import { createServer } from 'node:net';
import { parentPort } from 'node:worker_threads';

/**
 * A thread with a server that says of every answer that it is its connection's last, and leaves closing to the other side. It tells its
 * port, and when it is asked, how many connections were open at once.
 */
let open = 0;
let most = 0;
const server = createServer((socket) => {
  most = Math.max(most, ++open);
  socket.on('error', () => {});
  socket.on('close', () => open--);
  socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok'));
});
server.listen(0, '127.0.0.1', 1024, () => parentPort!.postMessage((server.address() as { port: number }).port));
parentPort!.on('message', () => parentPort!.postMessage(most));
