import type { Socket } from 'node:net';
import type { Destroyable } from './discard.ts';

/** How long a server has to close a connection behind the answer that was to be its last. */
const PATIENCE_MS = 1000;

/**
 * Takes connections that carry no further request, which the server was asked to close. Whoever closes first keeps the port for a minute
 * (TIME_WAIT): with the runner's some 28,000 ports for each address, it would be the limit at 500 requests a second.
 */
export function lettingGo(discard: (connection: Destroyable) => void): (socket: Socket) => void {
  return (socket) => {
    const timer = setTimeout(discard, PATIENCE_MS, socket).unref();
    socket.unref().once('close', () => clearTimeout(timer));
  };
}
