import { createServer, type Server, type Socket } from 'node:net';
import { after } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';

/** The types of frames (RFC 9113, 6), and of some extensions. */
export const TYPE = {
  DATA: 0,
  HEADERS: 1,
  PRIORITY: 2,
  RST_STREAM: 3,
  SETTINGS: 4,
  PUSH_PROMISE: 5,
  PING: 6,
  GOAWAY: 7,
  WINDOW_UPDATE: 8,
  CONTINUATION: 9,
  ALTSVC: 10,
  ORIGIN: 12,
  PRIORITY_UPDATE: 16,
};
export const FLAG = { END_STREAM: 1, ACK: 1, END_HEADERS: 4, PADDED: 8, PRIORITY: 32 };

/** A frame of HTTP/2 (RFC 9113, 4.1). */
export function frame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header[3] = type;
  header[4] = flags;
  header.writeUInt32BE(stream, 5);
  return Buffer.concat([header, payload]);
}

const CLIENT_PREFACE_BYTES = 24;
const FRAME_HEADER_BYTES = 9;

/** Numbers of 32 bits. */
export function numbers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, 4 * i);
  return bytes;
}

/** An integer of HPACK under a prefix of seven bits (RFC 7541, 5.1). */
function integer(value: number): number[] {
  if (value < 127) return [value];
  const bytes = [127];
  let rest = value - 127;
  for (; rest >= 128; rest >>>= 7) bytes.push((rest & 127) | 128);
  return [...bytes, rest];
}

/** A string of HPACK without Huffman coding (RFC 7541, 5.2); a character is a byte. */
const text = (value: string) => Buffer.concat([Buffer.from(integer(value.length)), Buffer.from(value, 'latin1')]);

type Fields = Record<string, string> | readonly (readonly [name: string, value: string])[];

/** A header block, each field a literal that enters no table (RFC 7541, 6.2.2). */
export function block(fields: Fields): Buffer {
  const list = Array.isArray(fields) ? fields : Object.entries(fields);
  return Buffer.concat(list.flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]));
}

/** HEADERS with a whole block. */
export function headers(stream: number, fields: Fields | Buffer, { end = false, flags = 0 } = {}): Buffer {
  const bytes = Buffer.isBuffer(fields) ? fields : block(fields);
  return frame(TYPE.HEADERS, flags | FLAG.END_HEADERS | (end ? FLAG.END_STREAM : 0), stream, bytes);
}

/** A whole block that ends its stream, in frames of 16 KiB. */
export function headersInParts(stream: number, bytes: Buffer): Buffer[] {
  const parts = Array.from({ length: Math.ceil(bytes.length / 16_384) }, (_, i) =>
    bytes.subarray(i * 16_384, (i + 1) * 16_384),
  );
  return parts.map((part, i) => {
    const last = i === parts.length - 1 ? FLAG.END_HEADERS : 0;
    return i === 0
      ? frame(TYPE.HEADERS, last | FLAG.END_STREAM, stream, part)
      : frame(TYPE.CONTINUATION, last, stream, part);
  });
}

export function data(stream: number, content: string, { end = false } = {}): Buffer {
  return frame(TYPE.DATA, end ? FLAG.END_STREAM : 0, stream, Buffer.from(content));
}

export function reset(stream: number, code: number): Buffer {
  return frame(TYPE.RST_STREAM, 0, stream, numbers(code));
}

export function goaway(lastStream: number, code = 0): Buffer {
  return frame(TYPE.GOAWAY, 0, 0, numbers(lastStream, code));
}

/** SETTINGS with identifiers and values. */
export function settings(...pairs: [id: number, value: number][]): Buffer {
  const payload = pairs.map(([id, value]) => Buffer.concat([Buffer.from([0, id]), numbers(value)]));
  return frame(TYPE.SETTINGS, 0, 0, Buffer.concat(payload));
}

export function windowUpdate(stream: number, bytes: number): Buffer {
  return frame(TYPE.WINDOW_UPDATE, 0, stream, numbers(bytes));
}

/** A frame that the client has sent. */
export type ClientFrame = { type: number; flags: number; stream: number; payload: Buffer };

/** A connection of a frame server: `number` counts its requests from 1. */
export type FrameConnection = { socket: Socket; number: number; write: (...frames: Buffer[]) => void };

type Options = {
  pair?: { cert: Buffer; key: Buffer } | undefined;
  /** The server's limit on concurrent streams. */
  maxStreams?: number;
  /** What the server sends first, in place of its settings; then it acknowledges nothing. */
  greeting?: readonly Buffer[] | undefined;
  onConnection?: (connection: FrameConnection) => void;
  /** Receives every frame of the client. */
  onFrame?: (frame: ClientFrame, connection: FrameConnection) => void;
};

/**
 * Starts an HTTP/2 server on loopback whose responses are frames written by hand: `respond` is called for each request, with its stream. It
 * acknowledges settings and pings. Resolves with its port.
 */
export async function frameServer(
  respond: (connection: FrameConnection, stream: number) => void,
  { pair, maxStreams, greeting, onConnection = () => {}, onFrame = () => {} }: Options = {},
): Promise<number> {
  const sockets = new Set<Socket>();
  const first = greeting ?? [settings(...(maxStreams === undefined ? [] : ([[3, maxStreams]] as [number, number][])))];
  const onSocket = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    const write = (...frames: Buffer[]) => void (socket.writable && socket.write(Buffer.concat(frames)));
    const connection: FrameConnection = { socket, number: 0, write };
    onConnection(connection);
    write(...first);
    let received = Buffer.alloc(0);
    let skip = CLIENT_PREFACE_BYTES;
    socket.on('data', (bytes: Buffer) => {
      received = Buffer.concat([received, bytes]);
      while (received.length >= skip + FRAME_HEADER_BYTES) {
        const next = received.subarray(skip);
        const end = FRAME_HEADER_BYTES + next.readUIntBE(0, 3);
        if (next.length < end) return;
        const [type, flags, stream] = [next[3]!, next[4]!, next.readUInt32BE(5)];
        const payload = next.subarray(FRAME_HEADER_BYTES, end);
        received = next.subarray(end);
        skip = 0;
        onFrame({ type, flags, stream, payload }, connection);
        if (greeting === undefined && (type === TYPE.SETTINGS || type === TYPE.PING) && (flags & FLAG.ACK) === 0) {
          write(frame(type, FLAG.ACK, 0, type === TYPE.PING ? payload : Buffer.alloc(0)));
        }
        if (type !== TYPE.HEADERS) continue;
        connection.number++;
        respond(connection, stream);
      }
    });
  };
  const server: Server = pair
    ? createTlsServer({ ...pair, ALPNProtocols: ['h2'] }, onSocket)
    : createServer({ noDelay: true }, onSocket);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as { port: number }).port;
}
