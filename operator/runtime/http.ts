import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type HttpResponse = {
  status: number;
  /** Pieces are made one by one, as fast as the client reads them. */
  body: string | Iterable<string>;
  contentType: string;
  headers?: Record<string, string>;
};

/** Handles a request; `gone` aborts when the client has disconnected. */
export type Handler = (request: IncomingMessage, gone: AbortSignal) => Promise<HttpResponse>;

export type Listening = { port: number; close(): Promise<void> };

export function jsonResponse(status: number, value: unknown): HttpResponse {
  return { status, body: JSON.stringify(value), contentType: 'application/json' };
}

export function textResponse(status: number, body: string): HttpResponse {
  return { status, body, contentType: 'text/plain; charset=utf-8' };
}

/** The connections of one address; those of all addresses. */
export type ConnectionLimits = { each: number; all: number };

/**
 * Serves `handler` until it is closed. Closing waits for requests in progress. Port 0 selects a free port. Connections beyond `limits` are
 * closed at once.
 */
export async function listen(port: number, handler: Handler, limits?: ConnectionLimits): Promise<Listening> {
  const answering = new Set<Promise<void>>();
  // Node looks for connections beyond their time every 30 s by default.
  const server = createServer({ headersTimeout: 10_000, connectionsCheckingInterval: 5_000 }, (request, response) => {
    const answer = respond(handler, request, response).finally(() => answering.delete(answer));
    answering.add(answer);
  });
  // Longer than the pause between two updates of a runner, so that they share a connection.
  server.keepAliveTimeout = 30_000;
  server.requestTimeout = 30_000;
  if (limits !== undefined) limitConnections(server, limits);
  server.listen(port);
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => close(server, answering) };
}

function limitConnections(server: Server, { each, all }: ConnectionLimits): void {
  server.maxConnections = all;
  const open = new Map<string, number>();
  server.on('connection', (socket) => {
    const address = socket.remoteAddress ?? '';
    const count = (open.get(address) ?? 0) + 1;
    open.set(address, count);
    socket.once('close', () => {
      const rest = open.get(address)! - 1;
      if (rest === 0) open.delete(address);
      else open.set(address, rest);
    });
    if (count > each) socket.destroy();
  });
}

/** Resolves when the response is written or the client has disconnected. */
async function respond(handler: Handler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  const closed = once(response, 'close').then(() => gone.abort());
  const answer = await handler(request, gone.signal).catch(() => jsonResponse(500, { error: 'internal error' }));
  response.writeHead(answer.status, { ...answer.headers, 'content-type': answer.contentType });
  if (typeof answer.body === 'string') response.end(answer.body);
  else await writePieces(answer.body, response, closed);
  // Closing on an unread body would lose the response for a client that is still sending.
  request.resume();
  await closed;
}

async function writePieces(pieces: Iterable<string>, response: ServerResponse, closed: Promise<void>): Promise<void> {
  for (const piece of pieces) {
    if (response.destroyed) return;
    if (!response.write(piece)) await Promise.race([once(response, 'drain'), closed]);
  }
  response.end();
}

async function close(server: Server, answering: ReadonlySet<Promise<void>>): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  await Promise.all(answering);
  // Idle connections, and those whose client never finished a rejected body.
  server.closeAllConnections();
  await closed;
}
