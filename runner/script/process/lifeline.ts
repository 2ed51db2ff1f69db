import { Worker } from 'node:worker_threads';
import { DESCRIPTORS } from './descriptors.ts';

/** Code of a thread, which also runs while the script blocks the main thread. */
const THREAD = `
  const { Socket } = require('node:net');
  const end = () => process.kill(process.pid, 'SIGKILL');
  new Socket({ fd: ${DESCRIPTORS.lifeline}, readable: true, writable: false }).on('error', end).on('close', end).resume();`;

const SMALL = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 8, stackSizeMb: 1 };

/** Starts the thread that ends this process when the runner has ended, in whatever way. Resolves when it runs. */
export async function startLifeline(): Promise<void> {
  const thread = new Worker(THREAD, { eval: true, resourceLimits: SMALL });
  await new Promise<void>((done, fail) => thread.once('online', done).once('error', fail));
  thread.unref();
}
