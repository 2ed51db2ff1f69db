/**
 * The target of the tests: an HTTP server that responds after a fixed delay and counts all requests by path.
 * Under /private/ it requires basic authentication with TARGET_USERNAME and TARGET_PASSWORD. In the query, `delay` is the delay of the
 * response in milliseconds, `status` its status, and `reset` closes the connection instead.
 * GET /received returns the counts, GET /delay?path=PATH&ms=MS changes the delay of a path, and GET /capacity?path=PATH&perSecond=RATE lets it
 * serve so many requests per second one after another: further ones wait for their turn, or are refused with 503 when that takes too long. These
 * requests are not counted.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Received } from './received.ts';

const DEFAULT_DELAY_MS = 20;
/** Maximum number of distinct values per property; more indicate a mistake in the test. */
const MAX_VALUES = 20;

/** The longest wait for a turn. */
const MOST_WAIT_MS = 300;
/** A client that was silent for so long begins a burst: a runner of a capacity search pauses for a second between two trials. */
const PAUSE_MS = 900;
const MAX_BURSTS = 1000;

const { PORT = '8080', TARGET_USERNAME = '', TARGET_PASSWORD = '' } = process.env;
const EXPECTED = `Basic ${Buffer.from(`${TARGET_USERNAME}:${TARGET_PASSWORD}`).toString('base64')}`;
const received = new Map<string, Received>();
/** The delays of paths in milliseconds, where they are not the default. */
const delays = new Map<string, number>();
/** The requests per second that paths serve; others serve any number. */
const capacities = new Map<string, number>();
/** When each client last sent, and when a path with a capacity will be free. */
const lastByClient = new Map<string, number>();
const freeAt = new Map<string, number>();

const now = () => performance.timeOrigin + performance.now();

function count(values: Record<string, number>, value: string): void {
  const key = value in values || Object.keys(values).length < MAX_VALUES ? value : 'others';
  values[key] = (values[key] ?? 0) + 1;
}

function receivedAt(path: string): Received {
  const existing = received.get(path);
  if (existing !== undefined) return existing;
  const fresh = {
    total: 0,
    methods: {},
    statuses: {},
    bodies: {},
    contentTypes: {},
    clients: {},
    firstAt: now(),
    lastAt: 0,
    bursts: [],
  };
  received.set(path, fresh);
  return fresh;
}

/** How long a request waits for its turn at a path; undefined when that is too long. */
function waitMs(path: string): number | undefined {
  const perSecond = capacities.get(path);
  if (perSecond === undefined) return 0;
  const at = now();
  const free = Math.max(at, freeAt.get(path) ?? 0);
  if (free - at > MOST_WAIT_MS) return undefined;
  freeAt.set(path, free + 1000 / perSecond);
  return free - at;
}

function noteBurst({ bursts }: Received, path: string, client: string): void {
  const key = `${client} ${path}`;
  const at = now();
  if (at - (lastByClient.get(key) ?? 0) > PAUSE_MS && bursts.length < MAX_BURSTS) bursts.push({ client, at });
  lastByClient.set(key, at);
}

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://target');
  if (pathname === '/received') {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(Object.fromEntries(received)));
    return;
  }
  if (pathname === '/delay') {
    delays.set(searchParams.get('path') ?? '', Number(searchParams.get('ms')));
    response.end();
    return;
  }
  if (pathname === '/capacity') {
    capacities.set(searchParams.get('path') ?? '', Number(searchParams.get('perSecond')));
    response.end();
    return;
  }
  const seen = receivedAt(pathname);
  const client = request.socket.remoteAddress ?? '';
  seen.clients[client] ??= now();
  const allowed = !pathname.startsWith('/private/') || request.headers.authorization === EXPECTED;
  noteBurst(seen, pathname, client);
  const wait = waitMs(pathname);
  const status = wait === undefined ? 503 : allowed ? Number(searchParams.get('status') ?? 200) : 401;
  seen.total += 1;
  seen.lastAt = now();
  count(seen.methods, request.method ?? '');
  count(seen.statuses, String(status));
  count(seen.contentTypes, request.headers['content-type'] ?? '');
  count(seen.bodies, await text(request));
  await sleep((wait ?? 0) + Number(searchParams.get('delay') ?? delays.get(pathname) ?? DEFAULT_DELAY_MS));
  if (searchParams.has('reset')) {
    request.socket.destroy();
    return;
  }
  response.statusCode = status;
  response.end('ok\n');
}

// Above the longest gap between two requests, so that this side never closes a connection in use.
const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  // A client may disconnect in the middle of its body.
  respond(request, response).catch(() => request.socket.destroy());
});
server.listen(Number(PORT));
process.once('SIGTERM', () => process.exit(0));
