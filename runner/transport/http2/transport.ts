import { AddressRecorder } from '../connect/address-recorder.ts';
import type { Destination } from '../connect/destination.ts';
import { dialer } from '../connect/dial.ts';
import { discarder } from '../connect/discard.ts';
import { gracefulClose } from '../connect/graceful-close.ts';
import { lifetimes } from '../connect/lifetime.ts';
import { HeadCache } from '../head-cache.ts';
import type { Transport } from '../transport.ts';
import { flusher } from './frames/output.ts';
import { type Http2, MultiplexedConnection } from './multiplexed-connection.ts';
import { RequestEncoder } from './request-encoder.ts';
import { Http2Stream, type StreamCarrier } from './stream.ts';

/**
 * HTTP/2 over bare sockets, by ALPN over TLS and by prior knowledge without. Requests rotate through the connections; a slot that keeps its
 * connection stays there while it has fewer requests in flight than the next one. A connection carries as many concurrent streams as the
 * server's settings allow; further requests wait unwritten. `firstStream` is the identifier of each connection's first stream.
 */
export function http2Transport(destination: Destination, firstStream = 1): Transport {
  const connections: MultiplexedConnection[] = [];
  let rotation = 0;
  let openSlots = 0;
  const dispatch = (stream: Http2Stream, kept?: StreamCarrier) => {
    const next = connections[rotation];
    if (kept !== undefined && next !== undefined && kept.inFlight < next.inFlight && kept.takesAnother()) {
      kept.send(stream);
      return;
    }
    const at = rotation;
    rotation = (rotation + 1) % destination.connections;
    if (next?.takesAnother() !== true) connections[at] = new MultiplexedConnection(http2);
    connections[at]!.send(stream);
  };
  const dial = dialer(destination);
  const { discard, opened } = discarder();
  const addresses = new AddressRecorder(destination);
  const http2: Http2 = {
    dial: (options, events) => {
      opened();
      return dial(options, events);
    },
    encoder: new RequestEncoder(destination.url),
    dispatch,
    flushSoon: flusher(),
    flushAtTurnEnd: flusher(setImmediate),
    closeGracefully: gracefulClose(discard),
    discard,
    firstStream,
    headCache: new HeadCache(),
    addresses,
    newLifetime: lifetimes(destination.lifetime),
  };
  /** The last slot that closes closes the connections; a later one begins with the first again. */
  const released = () => {
    if (--openSlots > 0) return;
    for (const connection of connections.splice(0)) connection.close();
    rotation = 0;
  };
  return {
    connections: Number.POSITIVE_INFINITY,
    addresses,
    dials: destination.figures,
    open: (events, keepsConnection) => {
      openSlots++;
      return new Http2Stream(events, { dispatch, released }, keepsConnection);
    },
  };
}
