import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** The response to every read; with a key and a certificate, over TLS. */
export type Served = { response: string; tls?: { key: Buffer; cert: Buffer } };

/** The number of connections, in total and at most at once. */
export type Connections = { all: number; most: number };

/** Starts a server in a separate thread, so that it responds at once even if the client's thread is busy. It closes no connection. */
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
