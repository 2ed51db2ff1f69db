import type { Socket } from 'node:net';

/** The result of a dial: one of the two, once; neither after the dial was aborted. */
export type DialEvents = { open(socket: Socket): void; failed(error: Error): void };
