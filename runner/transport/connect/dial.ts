import { connect, isIP, type Socket } from 'node:net';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import { hostOf } from '../../../model/common/host.ts';
import { connectionClosed, NO_COMMON_PROTOCOL, TransportError } from '../error-kind.ts';
import { addressOf, type Destination } from './destination.ts';
import type { DialEvents } from './dial-events.ts';
import { tls } from './lazy-openssl.ts';
import { openTunnel, tunnels } from './proxy.ts';

/** Takes the bytes of a read; the buffer is valid only during the call. `more`: further bytes may follow in the same turn. */
export type OnBytes = (bytes: Buffer, length: number, more: boolean) => void;

/** The protocol of a connection, and the reader of its bytes. Without `onBytes` the socket emits `data` as usual. */
export type DialOptions = { protocol: 'http/1.1' | 'h2'; onBytes?: OnBytes };

/** Opens a connection, which is writable when `open` is called. The returned function aborts the dial. */
export type Dial = (options: DialOptions, events: DialEvents) => () => void;

/** The size of the buffer that all connections of a thread share: each read is consumed before the next one. */
const READ_BYTES = 64 * 1024;

/** All ports of a source address are in use: bind fails with the one, connect with the other. */
const NO_PORT_LEFT = new Set(['EADDRINUSE', 'EADDRNOTAVAIL']);

/**
 * Dials a destination: from its local addresses in rotation, through its proxy or Unix socket, and with TLS where it is secured. With
 * keep-alive, new connections resume TLS sessions. Without it, each connection stands for a new client and makes a full handshake.
 */
export function dialer(destination: Destination): Dial {
  const { localAddresses = [] } = destination;
  const open = opener(destination);
  let rotation = 0;
  return (options, requested) => {
    const needsAlpn = options.protocol === 'h2' && destination.security !== undefined;
    const events = needsAlpn ? requiringHttp2(requested) : requested;
    const first = rotation++;
    let abort = () => {};
    const attempt = (number: number) => {
      const from = localAddresses[(first + number) % localAddresses.length];
      const failed = (error: Error) => {
        const { code = '' } = error as NodeJS.ErrnoException;
        if (NO_PORT_LEFT.has(code) && number + 1 < localAddresses.length) attempt(number + 1);
        else events.failed(error);
      };
      abort = open(from, options, { open: events.open, failed });
    };
    attempt(0);
    return () => abort();
  };
}

/** A server without HTTP/2 refuses the handshake, or completes it with another protocol or none. */
function requiringHttp2({ open, failed }: DialEvents): DialEvents {
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

/** Opens one connection from a local address; undefined: the system chooses it. */
type Open = (from: string | undefined, options: DialOptions, events: DialEvents) => () => void;

function opener(destination: Destination): Open {
  const { security, proxy, url, keepAlive } = destination;
  let shared: Buffer | undefined;
  let session: Buffer | undefined;
  const onreadOf = ({ onBytes }: DialOptions) => {
    if (onBytes === undefined) return {};
    shared ??= Buffer.allocUnsafe(READ_BYTES);
    const buffer = shared;
    const callback = (length: number) => {
      onBytes(buffer, length, length === READ_BYTES || security !== undefined);
      return true;
    };
    return { onread: { buffer, callback } };
  };
  /** `carrier`: an address to connect to, or a socket. */
  const secure = (carrier: object, options: DialOptions): Socket => {
    // Without a name, the certificate is checked against the host. The types know `onread` of plain sockets only.
    const tlsOptions = { host: hostOf(url), ...carrier, ...security, session, ALPNProtocols: [options.protocol] };
    const socket = tls().connect(tlsOptions as ConnectionOptions);
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

  return (from, options, events) => {
    const address = addressFrom(from);
    if (proxy === undefined || !tunnels(destination, options.protocol)) {
      if (security === undefined) return whenOpen(connect({ ...address, ...onreadOf(options) }), 'connect', events);
      return whenOpen(secure({ ...address, ...onreadOf(options) }, options), 'secureConnect', events);
    }
    let abort = () => {};
    const handOver = (socket: Socket) => {
      const { onBytes } = options;
      if (onBytes !== undefined) socket.on('data', (chunk: Buffer) => onBytes(chunk, chunk.length, true));
      events.open(socket);
    };
    abort = whenOpen(connect(address), 'connect', {
      failed: events.failed,
      open: (socket) => {
        abort = openTunnel(socket, destination, {
          failed: events.failed,
          open: () => {
            if (security === undefined) handOver(socket);
            else abort = whenOpen(secure({ socket }, options), 'secureConnect', { ...events, open: handOver });
          },
        });
      },
    });
    return () => abort();
  };
}

/** Waits until a socket is writable. The returned function destroys it. */
function whenOpen(socket: Socket, event: 'connect' | 'secureConnect', events: DialEvents): () => void {
  let waiting = true;
  const failed = (error: Error) => {
    if (!waiting) return;
    waiting = false;
    socket.destroy();
    events.failed(error);
  };
  socket.on('error', failed);
  const closed = () => failed(connectionClosed());
  socket.once('close', closed);
  socket.once(event, () => {
    if (!waiting) return;
    waiting = false;
    socket.off('close', closed);
    events.open(socket);
  });
  return () => {
    waiting = false;
    socket.destroy();
  };
}
