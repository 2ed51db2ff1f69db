import type { Segment } from './packets.ts';

/**
 * One request on the wire: on which connection, by the client's port, and which stream, or 0. Times are epoch milliseconds: the last byte of its
 * head left the client, and the last byte of its response left the target.
 */
export type Exchange = { port: number; stream: number; path?: string; sentMs: number; answeredMs?: number };

/**
 * What the target took for a connection's set-up, in epoch milliseconds: over HTTP/1.1 until its kernel has accepted the connection. Over
 * HTTP/2 a client also waits for the target's settings.
 */
export type SetUp = { port: number; fromMs: number; toMs: number };

/** What was on the wire between a client and the target. */
export type Exchanges = { exchanges: Exchange[]; setUps: SetUp[] };

const REQUEST_LINE = /^GET (\/\d+) HTTP\/1\.1\r\n/;

/** The exchanges over HTTP/1.1. A client has one request in flight on a connection and sends no bodies. */
export function http1Exchanges(segments: readonly Segment[], targetPort: number): Exchanges {
  const exchanges: Exchange[] = [];
  const setUps: SetUp[] = [];
  const begins = new Map<number, number>();
  const current = new Map<number, Exchange>();
  for (const { atMs, fromPort, toPort, bytes } of segments) {
    if (bytes.length === 0) {
      if (toPort === targetPort) begins.set(fromPort, atMs);
      else setUps.push({ port: toPort, fromMs: begins.get(toPort)!, toMs: atMs });
    } else if (toPort === targetPort) {
      const path = REQUEST_LINE.exec(bytes.toString('latin1'))?.[1];
      if (path === undefined) continue;
      const exchange = { port: fromPort, stream: 0, path, sentMs: atMs };
      current.set(fromPort, exchange);
      exchanges.push(exchange);
    } else {
      const exchange = current.get(toPort);
      if (exchange !== undefined) exchange.answeredMs = atMs;
    }
  }
  return { exchanges, setUps };
}

const PREFACE_BYTES = 24;
const HEADER_BYTES = 9;
const [DATA, HEADERS, SETTINGS] = [0, 1, 4];
const END_STREAM = 1;

/** The exchanges over HTTP/2 without TLS, and the set-up of each connection. */
export function http2Exchanges(segments: readonly Segment[], targetPort: number): Exchanges {
  const exchanges = new Map<string, Exchange>();
  const setUps = new Map<number, SetUp>();
  const readers = new Map<string, (segment: Segment) => void>();
  const begins = new Map<number, number>();
  const frame = (type: number, flags: number, stream: number, { atMs, fromPort, toPort }: Segment) => {
    const toTarget = toPort === targetPort;
    const port = toTarget ? fromPort : toPort;
    if (type === SETTINGS && !toTarget && !setUps.has(port))
      setUps.set(port, { port, fromMs: begins.get(port)!, toMs: atMs });
    if (type !== HEADERS && type !== DATA) return;
    const key = `${port} ${stream}`;
    if (toTarget && type === HEADERS) exchanges.set(key, { port, stream, sentMs: atMs });
    const exchange = exchanges.get(key);
    if (!toTarget && (flags & END_STREAM) !== 0 && exchange !== undefined) exchange.answeredMs = atMs;
  };
  for (const segment of segments) {
    const { fromPort, toPort, atMs, bytes } = segment;
    const toTarget = toPort === targetPort;
    if (toTarget && bytes.length === 0) begins.set(fromPort, atMs);
    const key = `${fromPort}-${toPort}`;
    const reader = readers.get(key) ?? frameReader(toTarget ? PREFACE_BYTES : 0, frame);
    readers.set(key, reader);
    reader(segment);
  }
  return { exchanges: [...exchanges.values()], setUps: [...setUps.values()] };
}

/** Reads the frames of one direction of a connection; each belongs to the segment with its last byte. */
function frameReader(
  skippedBytes: number,
  frame: (type: number, flags: number, stream: number, last: Segment) => void,
): (segment: Segment) => void {
  let skip = skippedBytes;
  let rest: Buffer = Buffer.alloc(0);
  return (segment) => {
    rest = Buffer.concat([rest, segment.bytes]);
    const skipped = Math.min(skip, rest.length);
    skip -= skipped;
    let at = skipped;
    while (skip === 0 && rest.length - at >= HEADER_BYTES) {
      const end = at + HEADER_BYTES + rest.readUIntBE(at, 3);
      if (end > rest.length) break;
      frame(rest[at + 3]!, rest[at + 4]!, rest.readUInt32BE(at + 5) & 0x7fffffff, segment);
      at = end;
    }
    rest = rest.subarray(at);
  };
}
