import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { parentPort, workerData } from 'node:worker_threads';
import type { Connections, Served } from './counting.ts';

const { response, tls } = workerData as Served;
const connections: Connections = { all: 0, most: 0 };
let open = 0;

function serve(socket: Socket): void {
  connections.all++;
  connections.most = Math.max(connections.most, ++open);
  socket.on('error', () => {});
  socket.on('close', () => open--);
  socket.on('data', () => socket.write(response));
}

const server = tls === undefined ? createServer(serve) : createTlsServer(tls, serve);
server.listen(0, '127.0.0.1', 1024, () => parentPort!.postMessage((server.address() as { port: number }).port));
parentPort!.on('message', () => parentPort!.postMessage(connections));
