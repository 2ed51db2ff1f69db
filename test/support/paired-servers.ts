import { once } from 'node:events';
import { createServer as createHttp2Server, type ServerHttp2Stream } from 'node:http2';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { after } from 'node:test';
import type { TargetResponse } from './expectations.ts';

/** A response that arrives in `cut` pieces or has an endless body. */
export type ServedResponse = TargetResponse & { cut?: number; endless?: boolean };

/** Selects the response by path and by the cookie and authorization headers of the request. */
export type Respond = (
  path: string,
  headers: { cookie: string | undefined; authorization: string | undefined },
) => ServedResponse;

/** The transports with the fields of `target.http` that select them. */
export const TRANSPORTS: [name: string, http: object][] = [
  ['bare sockets', { transport: 'Lean' }],
  ['undici', { transport: 'Undici' }],
  ['HTTP/2', { version: 'HTTP2' }],
];

/** Starts an HTTP/1.1 and an HTTP/2 server with the same responses. Returns a function from `target.http` to the URL of the matching one. */
export async function startPairedServers(respond: Respond): Promise<(http: object) => string> {
  const closing: (() => void)[] = [];
  const http1 = createServer({ noDelay: true }, (socket) => {
    closing.push(() => socket.destroy());
    socket.on('error', () => {});
    let request = '';
    socket.on('data', (bytes) => {
      request += bytes.toString('latin1');
      if (!request.includes('\r\n\r\n')) return;
      const [, path = ''] = request.split(' ', 2);
      const header = (name: string) => new RegExp(`^${name}: (.*?)\r$`, 'im').exec(request)?.[1];
      const headers = { cookie: header('cookie'), authorization: header('authorization') };
      request = '';
      respondHttp1(socket, respond(path, headers));
    });
  });
  const http2 = createHttp2Server();
  http2.on('session', (session) => {
    closing.push(() => session.destroy());
    session.on('error', () => {});
  });
  http2.on('stream', (stream: ServerHttp2Stream, { ':path': path = '', cookie, authorization }) => {
    stream.on('error', () => {});
    respondHttp2(stream, respond(path, { cookie, authorization }));
  });
  const listen = async (server: Server) => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const urls = { HTTP1: await listen(http1), HTTP2: await listen(http2 as unknown as Server) };
  after(() => {
    http1.close();
    http2.close();
    for (const close of closing) close();
  });
  return (http) => ('version' in http ? urls.HTTP2 : urls.HTTP1);
}

function respondHttp1(
  socket: Socket,
  { status = 200, headers = {}, body = [], cut = 1, endless }: ServedResponse,
): void {
  const lines = Object.entries(headers).flatMap(([name, values]) => [values].flat().map((v) => `${name}: ${v}`));
  const content = Buffer.concat(body.map((piece) => Buffer.from(piece)));
  const framing = endless ? 'Transfer-Encoding: chunked' : `Content-Length: ${content.length}`;
  const head = [`HTTP/1.1 ${status} Any`, ...lines, framing].join('\r\n');
  const bytes = Buffer.concat([Buffer.from(`${head}\r\n\r\n`, 'latin1'), content]);
  const size = Math.ceil(bytes.length / cut);
  for (let at = 0; at < bytes.length; at += size) socket.write(bytes.subarray(at, at + size));
  if (endless) pour(socket, `400\r\n${'x'.repeat(1024)}\r\n`);
}

function respondHttp2(
  stream: ServerHttp2Stream,
  { status = 200, headers = {}, body = [], endless }: ServedResponse,
): void {
  const lower = Object.entries(headers).map(([name, values]) => [name.toLowerCase(), values] as const);
  const same = Object.groupBy(lower, ([name]) => name);
  // HTTP/1.1 allows whitespace around a value, HTTP/2 does not.
  const merged = Object.entries(same).map(([name, all]) => [
    name,
    all!.flatMap(([, values]) => values).map((value) => value.replace(/^[ \t]+|[ \t]+$/g, '')),
  ]);
  const length = body.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0);
  stream.respond({ ':status': status, ...(!endless && { 'content-length': length }), ...Object.fromEntries(merged) });
  for (const piece of body) stream.write(piece);
  if (endless) pour(stream, 'x'.repeat(1024));
  else stream.end();
}

/** Writes `piece` until the peer closes. */
function pour(to: Socket | ServerHttp2Stream, piece: string): void {
  const more = () => {
    if (!to.destroyed && !to.closed && to.write(piece)) setImmediate(more);
  };
  to.on('drain', more);
  more();
}
