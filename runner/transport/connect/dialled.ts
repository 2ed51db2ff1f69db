import type { Socket } from 'node:net';

/** What becomes of a dial: one of the two, once, and neither after it was given up. */
export type Dialled = { open(socket: Socket): void; failed(error: Error): void };
