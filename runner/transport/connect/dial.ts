import type { LookupAddress } from 'node:dns';
import { connect, isIP, type Socket } from 'node:net';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import { msToUs } from '../../../api/common/duration.ts';
import { hostOf } from '../../../model/common/host.ts';
import { connectionClosed, NO_COMMON_PROTOCOL, TransportError } from '../error-kind.ts';
import { AddressRace, TIMERS } from './address-race.ts';
import { addressOf, type Destination, type Endpoint } from './destination.ts';
import type { DialEvents } from './dial-events.ts';
import type { DialFigures } from './dial-figures.ts';
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
  const { localAddresses = [], figures } = destination;
  const open = opener(destination);
  let rotation = 0;
  return (options, requested) => {
    const needsAlpn = options.protocol === 'h2' && destination.security !== undefined;
    const counted = figures === undefined ? requested : counting(requested, figures);
    const events = needsAlpn ? requiringHttp2(counted) : counted;
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

function counting({ open, failed }: DialEvents, figures: DialFigures): DialEvents {
  return {
    open(socket) {
      figures.opened++;
      open(socket);
    },
    failed,
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
  const { security, proxy, url, keepAlive, figures } = destination;
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
  const race = new AddressRace(destination.timeoutMs ?? Number.POSITIVE_INFINITY, TIMERS, (ms) =>
    figures?.connect.record(msToUs(ms)),
  );
  const reach = reacher(destination, race);

  return (from, options, events) => {
    if (proxy === undefined || !tunnels(destination, options.protocol)) {
      if (security === undefined) return reach(from, (peer) => connect({ ...peer, ...onreadOf(options) }), events);
      let abort = () => {};
      abort = reach(from, (peer) => secure({ ...peer, ...onreadOf(options) }, options), {
        failed: events.failed,
        open: (socket) => {
          abort = whenSecure(socket, events, figures);
        },
      });
      return () => abort();
    }
    let abort = () => {};
    const handOver = (socket: Socket) => {
      const { onBytes } = options;
      // The tunnel has paused the socket.
      if (onBytes !== undefined) socket.on('data', (chunk: Buffer) => onBytes(chunk, chunk.length, true)).resume();
      events.open(socket);
    };
    abort = reach(from, connect, {
      failed: events.failed,
      open: (socket) => {
        abort = openTunnel(socket, destination, {
          failed: events.failed,
          open: () => {
            if (security === undefined) handOver(socket);
            else abort = whenSecure(secure({ socket }, options), { ...events, open: handOver }, figures);
          },
        });
      },
    });
    return () => abort();
  };
}

/** Connects to the peer of a destination: from a local address, and to whichever of the addresses of its name responds first. */
type Reach = (from: string | undefined, connectTo: (peer: Peer) => Socket, events: DialEvents) => () => void;
type Peer = Endpoint & { localAddress?: string };

function reacher(destination: Destination, race: AddressRace): Reach {
  const { lookup } = destination;
  const address = addressOf(destination);
  return (from, connectTo, events) => {
    const local = from === undefined ? {} : { localAddress: from };
    const connectFrom = (endpoint: Endpoint) => connectTo({ ...endpoint, ...local });
    if ('path' in address || isIP(address.host) !== 0) return race.run([address], connectFrom, events);
    let aborted = false;
    let abort = () => {
      aborted = true;
    };
    const family = from === undefined ? 0 : isIP(from);
    lookup(address.host, { all: true, family }, (error, found) => {
      if (aborted) return;
      if (error !== null) events.failed(error);
      else {
        const endpoints = (found as LookupAddress[]).map(({ address: host }) => ({ ...address, host }));
        abort = race.run(endpoints, connectFrom, events);
      }
    });
    return () => abort();
  };
}

/** Waits for the end of a TLS handshake. The returned function destroys the socket. */
function whenSecure(socket: Socket, events: DialEvents, figures: DialFigures | undefined): () => void {
  const startMs = performance.now();
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
  socket.once('secureConnect', () => {
    if (!waiting) return;
    waiting = false;
    socket.off('close', closed);
    figures?.tls.record(msToUs(performance.now() - startMs));
    events.open(socket);
  });
  return () => {
    waiting = false;
    socket.destroy();
  };
}
