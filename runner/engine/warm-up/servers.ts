import type { Socket } from 'node:net';
import {
  DATA,
  END_HEADERS,
  END_STREAM,
  FRAME_HEADER_BYTES,
  HEADERS,
  NO_STREAM,
  read31Bits,
  SETTINGS,
} from '../../transport/http2/frames/frame.ts';
import { huffmanEncode } from '../../transport/http2/hpack/huffman.ts';

/** Serves a connection of the warm-up. Its client sends small requests without bodies. */
export type Serve = (socket: Socket) => void;

const RESPONSE = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}';

export const serveHttp1: Serve = (socket) => {
  socket.on('data', () => socket.write(RESPONSE));
};

const PREFACE_BYTES = 24;

/** Responds to every stream with a header block and two bytes of DATA. */
export const serveHttp2: Serve = (socket) => {
  let unread: Buffer = Buffer.alloc(0);
  let toSkip = PREFACE_BYTES;
  socket.write(frame(SETTINGS, 0, NO_STREAM, []));
  socket.on('data', (chunk: Buffer) => {
    unread = Buffer.concat([unread, chunk]);
    const responses: Buffer[] = [];
    while (toSkip + FRAME_HEADER_BYTES <= unread.length) {
      unread = unread.subarray(toSkip);
      if (unread[3] === HEADERS) responses.push(...responseTo(read31Bits(unread, 5)));
      toSkip = FRAME_HEADER_BYTES + unread.readUIntBE(0, 3);
    }
    if (responses.length > 0) socket.write(Buffer.concat(responses));
  });
};

/** Status 200, and content-type in a Huffman code (RFC 7541, 6): of a kind that enters the table of the connection, and of one that does not. */
const STATUS_200 = 0x88;
const TYPE_FOR_TABLE = [0x5f];
const TYPE_WITHOUT_TABLE = [0x0f, 0x10];
const JSON_TYPE = coded('application/json');
const BLOCKS = [TYPE_FOR_TABLE, TYPE_WITHOUT_TABLE].map((name) => [STATUS_200, ...name, ...JSON_TYPE]);

/** Servers differ in how they write their heads, so that both kinds are in use: with the table of the connection, and always the same bytes. */
function responseTo(stream: number): Buffer[] {
  const block = BLOCKS[(stream >>> 1) % BLOCKS.length]!;
  return [frame(HEADERS, END_HEADERS, stream, block), frame(DATA, END_STREAM, stream, [...Buffer.from('{}')])];
}

function coded(text: string): number[] {
  const bytes = Buffer.alloc(text.length);
  const length = huffmanEncode(text, bytes, 0);
  return [0x80 | length, ...bytes.subarray(0, length)];
}

function frame(type: number, flags: number, stream: number, payload: readonly number[]): Buffer {
  const header = Buffer.alloc(FRAME_HEADER_BYTES);
  header.writeUIntBE(payload.length, 0, 3);
  header[3] = type;
  header[4] = flags;
  header.writeUInt32BE(stream, 5);
  return Buffer.concat([header, Buffer.from(payload)]);
}
