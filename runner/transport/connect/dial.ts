import { connect, isIP, type Socket } from 'node:net';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import { connectionClosed, NO_COMMON_PROTOCOL, TransportError } from '../error-kind.ts';
import { addressOf, type Destination } from './destination.ts';
import type { Dialled } from './dialled.ts';
import { hostOf } from './host.ts';
import { tls } from './lazy-openssl.ts';
import { openTunnel, tunnels } from './proxy.ts';

/** Takes what a connection brought; the buffer is valid only during the call. `more`: the rest of what was there may follow at once. */
export type OnBytes = (bytes: Buffer, length: number, more: boolean) => void;

/** What is to be spoken over a connection, and who takes its bytes; without `onBytes` the socket is read as any other. */
export type Speech = { protocol: 'http/1.1' | 'h2'; onBytes?: OnBytes };

/** Opens a connection to where requests go, ready to be written to. The function that is returned gives it up. */
export type Dial = (speech: Speech, dialled: Dialled) => () => void;

/** What one read can bring. All connections of a thread share the buffer, as its bytes are used up before the next read. */
const READ_BYTES = 64 * 1024;

/** All ports of a source address are in use: bind says the one, connect the other. */
const NO_PORT_LEFT = new Set(['EADDRINUSE', 'EADDRNOTAVAIL']);

/**
 * How connections to a destination are opened: from its local addresses in turn, through its proxy or socket if it has one, and with TLS
 * if it is secured, whose sessions new connections take up; not so where each is to be as one of a client that was never there.
 */
export function dialer(destination: Destination): Dial {
  const { localAddresses = [] } = destination;
  const open = opener(destination);
  let turn = 0;
  return (speech, asked) => {
    const dialled = speech.protocol === 'h2' && destination.security !== undefined ? http2Offered(asked) : asked;
    const first = turn++;
    let giveUp = () => {};
    const attempt = (number: number) => {
      const from = localAddresses[(first + number) % localAddresses.length];
      const failed = (error: Error) => {
        const { code = '' } = error as NodeJS.ErrnoException;
        if (NO_PORT_LEFT.has(code) && number + 1 < localAddresses.length) attempt(number + 1);
        else dialled.failed(error);
      };
      giveUp = open(from, speech, { open: dialled.open, failed });
    };
    attempt(0);
    return () => giveUp();
  };
}

/** A server without HTTP/2 refuses the handshake, or lets it end with another protocol, or none. */
function http2Offered({ open, failed }: Dialled): Dialled {
  const notOffered = () =>
    failed(new TransportError('HTTP2NotOffered', 'the server does not offer HTTP/2 in its TLS handshake'));
  return {
    open(socket) {
      if ((socket as TLSSocket).alpnProtocol === 'h2') return open(socket);
      socket.destroy();
      notOffered();
    },
    failed: (error) => ((error as NodeJS.ErrnoException).code === NO_COMMON_PROTOCOL ? notOffered() : failed(error)),
  };
}

type Open = (from: string | undefined, speech: Speech, dialled: Dialled) => () => void;

function opener(destination: Destination): Open {
  const { security, proxy, url, keepAlive } = destination;
  let shared: Buffer | undefined;
  let session: Buffer | undefined;
  const reading = ({ onBytes }: Speech) => {
    if (onBytes === undefined) return {};
    shared ??= Buffer.allocUnsafe(READ_BYTES);
    const buffer = shared;
    const callback = (length: number) => {
      onBytes(buffer, length, length === READ_BYTES || security !== undefined);
      return true;
    };
    return { onread: { buffer, callback } };
  };
  /** `over`: where the bytes go, an address or a socket. */
  const secure = (over: object, speech: Speech): Socket => {
    // The host is what the certificate is held against where there is no name; the types know `onread` for plain sockets only.
    const options = { host: hostOf(url), ...over, ...security, session, ALPNProtocols: [speech.protocol] };
    const socket = tls().connect(options as ConnectionOptions);
    if (keepAlive)
      socket.on('session', (fresh) => {
        session = fresh;
      });
    return socket;
  };
  const addressFrom = (from: string | undefined) => ({
    ...addressOf(destination),
    ...(from !== undefined && { localAddress: from, family: isIP(from) }),
  });

  return (from, speech, dialled) => {
    const address = addressFrom(from);
    if (proxy === undefined || !tunnels(destination, speech.protocol)) {
      if (security === undefined) return opened(connect({ ...address, ...reading(speech) }), 'connect', dialled);
      return opened(secure({ ...address, ...reading(speech) }, speech), 'secureConnect', dialled);
    }
    let giveUp = () => {};
    const handOver = (socket: Socket) => {
      const { onBytes } = speech;
      if (onBytes !== undefined) socket.on('data', (chunk: Buffer) => onBytes(chunk, chunk.length, true));
      dialled.open(socket);
    };
    giveUp = opened(connect(address), 'connect', {
      failed: dialled.failed,
      open: (socket) => {
        giveUp = openTunnel(socket, destination, {
          failed: dialled.failed,
          open: () => {
            if (security === undefined) handOver(socket);
            else giveUp = opened(secure({ socket }, speech), 'secureConnect', { ...dialled, open: handOver });
          },
        });
      },
    });
    return () => giveUp();
  };
}

/** Waits until a socket says that it can be written to. */
function opened(socket: Socket, event: 'connect' | 'secureConnect', dialled: Dialled): () => void {
  let waiting = true;
  const failed = (error: Error) => {
    if (!waiting) return;
    waiting = false;
    socket.destroy();
    dialled.failed(error);
  };
  socket.on('error', failed);
  const closed = () => failed(connectionClosed());
  socket.once('close', closed);
  socket.once(event, () => {
    if (!waiting) return;
    waiting = false;
    socket.off('close', closed);
    dialled.open(socket);
  });
  return () => {
    waiting = false;
    socket.destroy();
  };
}
