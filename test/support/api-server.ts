import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'node:test';
import { KubeClient } from '../../operator/kube/client.ts';
import { SharedKubeConfig } from '../../operator/kube/config.ts';

export type Answer = { code: number; body: unknown };
export type Asked = { method: string; url: URL; headers: IncomingMessage['headers']; body: unknown };

/** What is closed after a test, the last first. */
export const closers: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** An API server on loopback that answers as `answer` says; undefined keeps a watch open, to which `say` sends events. */
export async function apiServer(answer: (asked: Asked) => Answer | undefined) {
  const asked: Asked[] = [];
  let connections = 0;
  let watch: ServerResponse | undefined;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const url = new URL(request.url ?? '', 'http://api');
    const call = { method: request.method ?? '', url, headers: request.headers, body: text && JSON.parse(text) };
    asked.push(call);
    const made = answer(call);
    response.writeHead(made?.code ?? 200, { 'content-type': 'application/json' });
    if (made !== undefined) response.end(JSON.stringify(made.body));
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
    asked,
    client: new KubeClient(config),
    connections: () => connections,
    say: (event: unknown) => watch?.write(`${JSON.stringify(event)}\n`),
    hangUp: () => watch?.end(),
  };
}

/** A refusal as the API server words it. */
export const failure = (code: number, reason: string, message = `it is ${reason}`): Answer => ({
  code,
  body: { kind: 'Status', reason, message },
});
