import type { Exchange } from './exchange.ts';

const LONG_NAME = `x-${'long-'.repeat(25)}`;
const RESPONSES = [
  'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello',
  'HTTP/1.1 200 OK\r\nserver: x\r\nconnection: keep-alive, x\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\na;x=y\r\n0123456789\r\n0\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\ntrailer: x\r\n\r\n1\r\na\r\n0\r\nx: y\r\nconnection: close\r\n\r\n',
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1B;q="a;b"\r\nabcdefghijklmnopqrstuvwxyz!\r\nF\r\nfifteen letters\r\n0\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nset-cookie: a=b\r\nSet-Cookie: c=d\r\n\r\nto the end',
  'HTTP/1.1 204 No Content\r\ndate: now\r\n\r\n',
  'HTTP/1.1 304 Not Modified\r\ncontent-length: 7\r\netag: "x"\r\n\r\n',
  'HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\nok',
  'HTTP/1.0 200 OK\r\ncontent-length: 2\r\nConnection: x, keep-alive\r\n\r\nok',
  'HTTP/1.0 200 OK\r\ncontent-length: 2\r\nx: y\r\n\r\nok',
  'HTTP/1.1 200 OK\r\nConnection: x, close\r\ncontent-length: 2\r\n\r\nok',
  'HTTP/1.1 404 \r\nconnection: close\r\ncontent-length: 2\r\n\r\nno',
  `HTTP/1.1 500\r\n${LONG_NAME}: x\r\nconnection: ${'x'.repeat(60)}, a\r\ncontent-length: 2\r\n\r\nno`,
].map((text) => Buffer.from(text, 'latin1'));

const PIECES = [
  ...['\r', '\n', '\r\n', ' ', '\t', ':', ';', ',', '0', '5', 'f', 'x', '\0', '\x7f', '\xa0', '\xff', '"', '-', '+'],
  ...['HTTP/1.1 ', 'HTTP/1.1 200 OK\r\n', 'HTTP/1.1 103 Hm\r\n', '00000000000000', 'close', 'keep-alive', 'chunked'],
  ...['content-length: 3\r\n', 'transfer-encoding: chunked\r\n', 'connection: close\r\n', 'trailer_^: 1\r\n'],
  ...['0\r\n\r\n', '5\r\nhello\r\n'],
].map((text) => Buffer.from(text, 'latin1'));
const NOTHING = Buffer.alloc(0);

/** Returns a function that generates exchanges: valid responses with up to three insertions, deletions or changes, in one shared buffer. */
export function mutations(random: () => number): () => Exchange {
  const below = (n: number) => Math.floor(random() * n);
  const bytes = Buffer.alloc(2048);
  return () => {
    let length = RESPONSES[below(RESPONSES.length)]!.copy(bytes);
    for (let n = below(4); n > 0; n--) {
      const at = below(length + 1);
      const piece = random() < 0.6 ? PIECES[below(PIECES.length)]! : NOTHING;
      const removed = Math.min(below(3), length - at);
      bytes.copyWithin(at + piece.length, at + removed, length);
      piece.copy(bytes, at);
      length += piece.length - removed;
      if (piece.length === 0 && at < length && random() < 0.3) bytes[at] = below(256);
    }
    const method = random() < 0.15 ? 'HEAD' : 'GET';
    return { bytes, length, method, gathers: random() < 0.5, closes: random() < 0.25 };
  };
}
