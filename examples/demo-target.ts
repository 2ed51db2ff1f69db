/**
 * A small HTTP service on loopback for trying out load tests: a shop whose clients send the password with every request, log in with it
 * once, or sign requests with it.
 * Usage: node examples/demo-target.ts [PORT]; port 0 selects a free port. Prints its URL and exits on SIGTERM.
 */
import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const PASSWORD = 'open-sesame';
const CREDENTIALS = `Basic ${Buffer.from(`demo:${PASSWORD}`).toString('base64')}`;
const tokens = new Set<string>();
let orders = 0;

/** Service times of a few milliseconds with a long tail, like those of real services. */
function serviceTimeMs(): number {
  return 2 - 4 * Math.log(1 - Math.random());
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function parseOrder(body: string): { sku: string } | undefined {
  try {
    const order: unknown = JSON.parse(body);
    const sku = (order as { sku?: unknown } | null)?.sku;
    return typeof sku === 'string' ? { sku } : undefined;
  } catch {
    return undefined;
  }
}

function logIn(body: string): string | undefined {
  if (body !== JSON.stringify({ user: 'demo', password: PASSWORD })) return undefined;
  const token = randomUUID();
  tokens.add(token);
  return token;
}

function isAuthorized({ method, url, headers }: IncomingMessage, body: string): boolean {
  const { authorization = '' } = headers;
  if (authorization === CREDENTIALS || tokens.has(authorization.replace('Bearer ', ''))) return true;
  const signed = createHmac('sha256', PASSWORD).update(`${method} ${url?.replace('/shop', '')}\n${body}`);
  return headers['x-signature'] === signed.digest('hex');
}

function respond(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request);
  if (request.method === 'POST' && request.url === '/shop/login') {
    const token = logIn(body);
    return token === undefined
      ? respond(response, 401, { error: 'invalid credentials' })
      : respond(response, 200, { token });
  }
  if (!isAuthorized(request, body)) return respond(response, 401, { error: 'invalid credentials' });
  if (request.method === 'DELETE' && request.url === '/shop/login') {
    tokens.delete(request.headers.authorization?.replace('Bearer ', '') ?? '');
    console.log(`${tokens.size} logged in`);
    return respond(response, 200, {});
  }
  await sleep(serviceTimeMs());
  if (request.method === 'GET' && request.url === '/shop/items')
    return respond(response, 200, [{ sku: 'a1', price: 12 }]);
  if (request.method !== 'POST' || request.url !== '/shop/orders')
    return respond(response, 404, { error: 'not found' });
  const order = parseOrder(body);
  if (order === undefined) return respond(response, 400, { error: 'an order must be JSON with a sku' });
  respond(response, 201, { order: ++orders, ...order });
}

const server = createServer((request, response) => {
  handle(request, response).catch(() => response.destroy());
});
server.on('error', (error) => {
  console.error(`demo target: ${error.message}`);
  process.exit(1);
});
server.listen(Number(process.argv[2] ?? 18080), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.on('SIGTERM', () => process.exit(0));
// `npm start` has a channel to it, which closes with that command.
process.on('disconnect', () => process.exit(0));
