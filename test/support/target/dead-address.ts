import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after } from 'node:test';
import { Worker } from 'node:worker_threads';

/** An HTTP/1.1 server with the shortest queue, whose thread is blocked as soon as it listens. */
const LISTEN = `
  const { parentPort, workerData } = require('node:worker_threads');
  const OK = 'HTTP/1.1 200 OK\\r\\ncontent-length: 2\\r\\n\\r\\nok';
  const onSocket = (socket) => socket.on('error', () => {}).on('data', () => socket.write(OK));
  const server = require('node:net').createServer(onSocket).listen(workerData.port, workerData.host, 1, () => {
    parentPort.postMessage(server.address().port);
    setImmediate(() => Atomics.wait(new Int32Array(workerData.blocked), 0, 0));
  });
`;

/**
 * Occupies `host` and `port` (0: any) so that attempts to connect there get no response: the kernel drops them while the queue is full.
 * After `revive`, the server responds to those that are repeated, which the kernel of the client does after a second.
 */
export async function deadAddress(host: string, port: number): Promise<{ port: number; revive: () => void }> {
  const blocked = new SharedArrayBuffer(4);
  const worker = new Worker(LISTEN, { eval: true, workerData: { host, port, blocked } });
  const [listening] = await once(worker, 'message');
  const queued: Socket[] = [];
  for (let connected = true; connected; ) {
    const socket = connect(listening, host).on('error', () => {});
    queued.push(socket);
    connected = await Promise.race([once(socket, 'connect').then(() => true), silence()]);
  }
  const revive = () => {
    Atomics.store(new Int32Array(blocked), 0, 1);
    Atomics.notify(new Int32Array(blocked), 0);
  };
  after(async () => {
    revive();
    for (const socket of queued) socket.destroy();
    await worker.terminate();
  });
  return { port: listening, revive };
}

/** On loopback, a connection that is not there at once waits for its first retransmission, after a second. */
const silence = () => new Promise<false>((done) => setTimeout(done, 300, false));
