/**
 * A small HTTP service on loopback for trying out load tests: a shop whose clients send the password with every request, log in with it
 * once, or sign requests with it.
 * Usage: node examples/demo-target.mjs [PORT]; port 0 selects a free port. Prints its URL and exits on SIGTERM. Plain JavaScript, which runs
 * on any Node from 18 on.
 */
import { createHmac, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** @import { IncomingMessage, ServerResponse } from 'node:http' */
/** @import { AddressInfo } from 'node:net' */

const PASSWORD = 'open-sesame';
const CREDENTIALS = `Basic ${Buffer.from(`demo:${PASSWORD}`).toString('base64')}`;
/** @type {Set<string>} */
const tokens = new Set();
let orders = 0;

/** Service times of a few milliseconds with a long tail, like those of real services. */
function serviceTimeMs() {
  return 2 - 4 * Math.log(1 - Math.random());
}

/** @param {IncomingMessage} request */
async function bodyOf(request) {
  /** @type {Buffer[]} */
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Searches are served one after another, so many a second: the capacity that examples/capacity.yaml finds. */
const SEARCHES_PER_SECOND = 150;
/** Longer queues of a real service would be shed, too. */
const LONGEST_QUEUE_MS = 500;
let freeAtMs = 0;

/** How long a search queues until it is served; undefined when the queue is full. */
function queueMs() {
  const nowMs = performance.now();
  const waitMs = Math.max(0, freeAtMs - nowMs);
  if (waitMs > LONGEST_QUEUE_MS) return undefined;
  freeAtMs = nowMs + waitMs + 1000 / SEARCHES_PER_SECOND;
  return waitMs;
}

/** @param {string} body */
function parseOrder(body) {
  try {
    /** @type {{ sku?: unknown } | null} */
    const order = JSON.parse(body);
    const sku = order?.sku;
    return typeof sku === 'string' ? { sku } : undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} body */
function logIn(body) {
  if (body !== JSON.stringify({ user: 'demo', password: PASSWORD })) return undefined;
  const token = randomUUID();
  tokens.add(token);
  return token;
}

/** @param {IncomingMessage} request @param {string} body */
function isAuthorized({ method, url, headers }, body) {
  const { authorization = '' } = headers;
  if (authorization === CREDENTIALS || tokens.has(authorization.replace('Bearer ', ''))) return true;
  const signed = createHmac('sha256', PASSWORD).update(`${method} ${url?.replace('/shop', '')}\n${body}`);
  return headers['x-signature'] === signed.digest('hex');
}

/** @param {ServerResponse} response @param {number} status @param {unknown} body */
function respond(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** @param {ServerResponse} response */
async function search(response) {
  const waitMs = queueMs();
  if (waitMs === undefined) return respond(response, 503, { error: 'too many searches' });
  await sleep(waitMs);
  respond(response, 200, [{ sku: 'a1' }]);
}

/** @param {IncomingMessage} request @param {ServerResponse} response */
async function handle(request, response) {
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
  if (request.method === 'GET' && request.url === '/shop/search') return search(response);
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
  const { port } = /** @type {AddressInfo} */ (server.address());
  console.log(`http://127.0.0.1:${port}`);
});
process.on('SIGTERM', () => process.exit(0));
// `npm start` has a channel to it, which closes with that command.
process.on('disconnect', () => process.exit(0));
