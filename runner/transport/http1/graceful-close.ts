import type { Socket } from 'node:net';
import type { Destroyable } from './discard.ts';

/** How long a server has to close a connection behind the answer that was to be its last. */
const PATIENCE_MS = 1000;
/** And so many connections have it at a time: servers that never close would have those of a second open at once. */
const MOST = 256;

/**
 * Takes connections that carry no further request, which the server was asked to close, or said that it would. Whoever closes first keeps
 * the port for a minute (TIME_WAIT): with the runner's some 28,000 ports for each address, it would be the limit at 500 requests a second.
 */
export function gracefulClose(discard: (connection: Destroyable) => void): (socket: Socket) => void {
  const waiting = new Map<Socket, NodeJS.Timeout>();
  function forget(socket: Socket): void {
    clearTimeout(waiting.get(socket));
    waiting.delete(socket);
  }
  function giveUp(socket: Socket): void {
    forget(socket);
    discard(socket);
  }
  return (socket) => {
    waiting.set(socket, setTimeout(giveUp, PATIENCE_MS, socket).unref());
    socket.unref().once('close', () => forget(socket));
    if (waiting.size > MOST) giveUp(waiting.keys().next().value!);
  };
}
