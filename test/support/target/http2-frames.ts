import { createServer, type Server, type Socket } from 'node:net';
import { after } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';

/** A frame of HTTP/2 (RFC 9113, 4.1). */
function frame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header[3] = type;
  header[4] = flags;
  header.writeUInt32BE(stream, 5);
  return Buffer.concat([header, payload]);
}

const [DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY] = [0, 1, 3, 4, 6, 7];
const [END_STREAM, ACK, END_HEADERS] = [1, 1, 4];
const CLIENT_PREFACE_BYTES = 24;
const FRAME_HEADER_BYTES = 9;

function numbers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, 4 * i);
  return bytes;
}

/** A string of HPACK without Huffman coding (RFC 7541, 5.2), of up to 126 bytes. */
const text = (value: string) => Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);

/** A header section, each field a literal that enters no table (RFC 7541, 6.2.2). */
export function headers(stream: number, fields: Record<string, string>, { end = false } = {}): Buffer {
  const block = Object.entries(fields).map(([name, value]) =>
    Buffer.concat([Buffer.from([0]), text(name), text(value)]),
  );
  return frame(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, Buffer.concat(block));
}

export function data(stream: number, content: string, { end = false } = {}): Buffer {
  return frame(DATA, end ? END_STREAM : 0, stream, Buffer.from(content));
}

export function reset(stream: number, code: number): Buffer {
  return frame(RST_STREAM, 0, stream, numbers(code));
}

export function goaway(lastStream: number, code = 0): Buffer {
  return frame(GOAWAY, 0, 0, numbers(lastStream, code));
}

/** A connection of a frame server: `number` counts its requests from 1. */
export type FrameConnection = { socket: Socket; number: number; write: (...frames: Buffer[]) => void };

/**
 * Starts an HTTP/2 server on loopback whose responses are frames written by hand: `respond` is called for each request, with its stream.
 * `maxStreams` is its limit on concurrent streams. Resolves with its port.
 */
export async function frameServer(
  respond: (connection: FrameConnection, stream: number) => void,
  { pair, maxStreams }: { pair?: { cert: Buffer; key: Buffer } | undefined; maxStreams?: number } = {},
): Promise<number> {
  const sockets = new Set<Socket>();
  const onSocket = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    const write = (...frames: Buffer[]) => socket.write(Buffer.concat(frames));
    const connection: FrameConnection = { socket, number: 0, write };
    const limit = Buffer.concat([Buffer.from([0, 3]), numbers(maxStreams ?? 0)]);
    write(frame(SETTINGS, 0, 0, maxStreams === undefined ? Buffer.alloc(0) : limit));
    let received = Buffer.alloc(0);
    let skip = CLIENT_PREFACE_BYTES;
    socket.on('data', (bytes: Buffer) => {
      received = Buffer.concat([received, bytes]);
      while (received.length >= skip + FRAME_HEADER_BYTES) {
        const next = received.subarray(skip);
        const end = FRAME_HEADER_BYTES + next.readUIntBE(0, 3);
        if (next.length < end) return;
        const [type, flags, stream] = [next[3]!, next[4]!, next.readUInt32BE(5)];
        received = next.subarray(end);
        skip = 0;
        if ((type === SETTINGS || type === PING) && (flags & ACK) === 0) {
          write(frame(type, ACK, 0, type === PING ? next.subarray(FRAME_HEADER_BYTES, end) : Buffer.alloc(0)));
        }
        if (type !== HEADERS) continue;
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
