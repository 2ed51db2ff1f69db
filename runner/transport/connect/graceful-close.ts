import type { Socket } from 'node:net';
import type { Destroyable } from './discard.ts';

/** How long a server has to close a connection after its last response. */
const CLOSE_TIMEOUT_MS = 1000;
/** The maximum number of connections that wait: servers that never close would keep those of a whole second open. */
const MAX_WAITING = 256;

/**
 * Takes connections that carry no further request, for the server to close them: it was asked to, or announced it. The side that closes
 * first keeps the port for a minute (TIME_WAIT): with some 28,000 local ports an address, that would limit a runner to 500 new connections
 * a second.
 */
export function gracefulClose(discard: (connection: Destroyable) => void): (socket: Socket) => void {
  const waiting = new Map<Socket, NodeJS.Timeout>();
  function forget(socket: Socket): void {
    clearTimeout(waiting.get(socket));
    waiting.delete(socket);
  }
  function closeNow(socket: Socket): void {
    forget(socket);
    discard(socket);
  }
  return (socket) => {
    waiting.set(socket, setTimeout(closeNow, CLOSE_TIMEOUT_MS, socket).unref());
    socket.unref().once('close', () => forget(socket));
    if (waiting.size > MAX_WAITING) closeNow(waiting.keys().next().value!);
  };
}
