import { createServer, type Socket } from 'node:net';

/** The behaviour of a server: handles request `number` for `path` on its connection. */
export type Misbehave = (socket: Socket, number: number, path: string) => void;

/** A misbehaving server. */
export type Hostile = { url: string; close(): void };

/** Starts a server on loopback that calls `greet` for every connection and `misbehave` for every request head that arrives in one piece. */
export async function hostile(misbehave: Misbehave, greet: (socket: Socket) => void = () => {}): Promise<Hostile> {
  let requests = 0;
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (bytes) => {
      const [, path] = /^[A-Z]+ (\/\S*)/.exec(bytes.toString('latin1', 0, 64)) ?? [];
      if (path !== undefined) misbehave(socket, requests++, path);
    });
    greet(socket);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}/`,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Writes `head`, then `piece` endlessly, as fast as the peer reads. */
export function endless(head: string, piece: string): Misbehave {
  const block = Buffer.from(piece.repeat(Math.ceil(16384 / piece.length)));
  return (socket) => {
    const more = () => {
      while (!socket.destroyed && socket.write(block));
    };
    socket.write(head);
    socket.on('drain', more);
    more();
  };
}

/** Writes `text` byte by byte, with a pause after each. */
export function dripping(text: string, pauseMs: number): Misbehave {
  return (socket) => {
    let at = 0;
    const timer = setInterval(() => {
      if (at === text.length || socket.destroyed) clearInterval(timer);
      else socket.write(text[at++]!);
    }, pauseMs);
  };
}

/** Responds to request n with the first n bytes of `text`, and then calls `end` with the connection. */
export function cutAtEveryByte(text: string, end: (socket: Socket) => void): Misbehave {
  return (socket, number) => {
    socket.write(text.slice(0, number + 1), () => setTimeout(end, 3, socket));
  };
}
