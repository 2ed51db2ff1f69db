import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** What is answered to every read, and with which key and certificate, if over TLS. */
export type Served = { response: string; tls?: { key: Buffer; cert: Buffer } };

/** How many connections there were, and how many at once. */
export type Connections = { all: number; most: number };

/** A server in a thread of its own, which answers at once whatever the thread that asks is busy with, and closes no connection. */
export async function countingServer(served: Served) {
  const thread = new Worker(join(import.meta.dirname, 'counting-thread.ts'), { workerData: served });
  const [port] = (await once(thread, 'message')) as [number];
  return {
    port,
    async connections(): Promise<Connections> {
      thread.postMessage('connections');
      const [connections] = await once(thread, 'message');
      return connections;
    },
    close: () => thread.terminate(),
  };
}
