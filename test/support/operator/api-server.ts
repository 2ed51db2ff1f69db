import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'node:test';
import { KubeClient } from '../../../operator/kube/client.ts';
import { SharedKubeConfig } from '../../../operator/kube/config.ts';

export type ApiResponse = { code: number; body: unknown };
export type ApiRequest = { method: string; url: URL; headers: IncomingMessage['headers']; body: unknown };

/** Functions that close servers and clients after a test, in reverse order. */
export const closers: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** An API server on loopback that responds with the result of `respond`; undefined keeps a watch open, to which `sendEvent` sends events. */
export async function apiServer(respond: (request: ApiRequest) => ApiResponse | undefined) {
  const requests: ApiRequest[] = [];
  let connections = 0;
  let watch: ServerResponse | undefined;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const url = new URL(request.url ?? '', 'http://api');
    const received = { method: request.method ?? '', url, headers: request.headers, body: text && JSON.parse(text) };
    requests.push(received);
    const result = respond(received);
    response.writeHead(result?.code ?? 200, { 'content-type': 'application/json' });
    if (result !== undefined) response.end(JSON.stringify(result.body));
    else {
      watch = response;
      response.flushHeaders();
    }
  });
  server.on('connection', () => connections++);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const config = new SharedKubeConfig();
  const { port } = server.address() as AddressInfo;
  config.loadFromClusterAndUser(
    { name: 'test', server: `http://127.0.0.1:${port}`, skipTLSVerify: true },
    { name: 'test', token: 'secret' },
  );
  closers.push(
    () => server.close(),
    () => server.closeAllConnections(),
    () => config.close(),
  );
  return {
    requests,
    client: new KubeClient(config),
    connections: () => connections,
    sendEvent: (event: unknown) => watch?.write(`${JSON.stringify(event)}\n`),
  };
}

/** A failure in the format of the API server. */
export const failure = (code: number, reason: string, message = `it is ${reason}`): ApiResponse => ({
  code,
  body: { kind: 'Status', reason, message },
});
