import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { DENIED_ADDRESSES } from '../../../../api/common/sizes.ts';
import { loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import type { Assignment } from '../../../../api/protocol/assignment.ts';
import { runLocally } from '../../../../cli/local/local-run.ts';
import { beginScript } from '../../../../runner/script/host.ts';
import { scriptFetch } from '../../../../runner/script/sandbox/fetch.ts';
import { makeCertificates } from '../../../support/certificates.ts';

const { ca, server: pair, client } = await makeCertificates();
const VALUES = new Map<string, Buffer>([
  ['ConfigMap/trust/ca.crt', ca],
  ['Secret/client/tls.crt', client.cert],
  ['Secret/client/tls.key', client.key],
  ['Secret/login/username', Buffer.from('me')],
  ['Secret/login/password', Buffer.from('pass')],
]);

/** Redirects /to/URL to the URL. */
const plain = createServer(({ url = '' }, response) => {
  const [, location] = /^\/to\/(.*)$/.exec(url) ?? [];
  if (location !== undefined) response.writeHead(302, { location: decodeURIComponent(location) });
  response.end(`plain ${url}`);
});
const asking = { ...pair, ca, requestCert: true, rejectUnauthorized: false };
/** Tells the name of the client's certificate, and the name of the server that it asked for. */
const secured = createSecureServer(asking, ({ socket }, response) => {
  const { servername } = socket as TLSSocket & { servername: string | false };
  const { subject } = (socket as TLSSocket).getPeerCertificate();
  response.end(`${subject?.CN ?? 'nobody'} of ${servername || 'an address'}`);
});
const proxy = createServer((request: IncomingMessage, response) => {
  response.end(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? ''}`);
});
const listening = (server: Server) => new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
const portOf = (server: Server) => (server.address() as AddressInfo).port;
const servers = [plain, secured, proxy];
before(() => Promise.all(servers.map(listening)));
after(() => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
});

function assigned(target: object, addresses?: Assignment['addresses']): Assignment {
  const spec = loadTestSpecSchema.parse({
    target,
    load: { type: 'Closed', closed: { users: 1, iterations: 1 } },
    script: { configMapKeyRef: { name: 'hooks', key: 'hooks.js' } },
  });
  return { test: { namespace: 'shop', name: 'x', uid: 'u' }, spec, index: 0, replicas: 1, addresses };
}

/** What becomes of a script whose setup is `body`. */
async function setup(body: string, addresses?: Assignment['addresses']): Promise<string> {
  const source = `export async function setup({ target }) {\n${body}\n}`;
  const values = new Map([['ConfigMap/hooks/hooks.js', Buffer.from(source)]]);
  const begun = await beginScript(assigned({ url: `http://127.0.0.1:${portOf(plain)}` }, addresses), values);
  return 'problem' in begun ? begun.problem : begun.host!.setup;
}

const LOOPBACK = { denied: ['127.0.0.0/8', '::1/128'] };
const ONLY_SHOP = { denied: [...DENIED_ADDRESSES], hosts: ['*.shop.svc'] };
const METADATA = 'in 169.254.0.0/16, which is denied';

const denied: [what: string, url: string, addresses: Assignment['addresses'], says: string][] = [
  ['a denied address', 'http://169.254.169.254/latest', undefined, METADATA],
  ['a denied address over TLS', 'https://169.254.169.254/', undefined, METADATA],
  ['a denied address as a number', 'http://2852039166/', undefined, METADATA],
  ['a denied address in the clothes of IPv6', 'http://[::ffff:169.254.169.254]/', undefined, METADATA],
  ['a denied address by NAT64', 'http://[64:ff9b::a9fe:a9fe]/', undefined, METADATA],
  ['a denied address of IPv6', 'http://[fd00:ec2::254]/', undefined, 'in fd00:ec2::/32, which is denied'],
  ['a name of a denied address', 'http://localhost:8080/', LOOPBACK, ', which is denied'],
  ['a host that is not allowed', 'http://elsewhere.test/', ONLY_SHOP, 'elsewhere.test is none of those'],
  ['an address where only names are allowed', 'http://127.0.0.1:8080/', ONLY_SHOP, '127.0.0.1 is none of those'],
];
for (const [what, url, addresses, says] of denied) {
  test(`a script fetches nothing from ${what}`, async () => {
    const answer = await setup(`await fetch(${JSON.stringify(url)});`, addresses);
    assert.match(answer, /^setup: hooks\.js:2: TypeError: fetch failed \(/);
    assert.ok(answer.includes(says), answer);
  });
  test(`nor when it is redirected to ${what}`, async () => {
    const answer = await setup(`await fetch(target + '/to/' + encodeURIComponent(${JSON.stringify(url)}));`, addresses);
    assert.match(answer, /^setup: hooks\.js:2: TypeError: fetch failed \(/);
    assert.ok(answer.includes(says), answer);
  });
}

test('a script fetches from its target, and is redirected there', async () => {
  assert.equal(await setup(`return (await fetch(target + '/to/%2Fthere')).text();`, ONLY_SHOP), '"plain /there"');
});

test('what a script fetches without waiting for it is told with its line, too', async () => {
  const answer = await setup(`\nreturn fetch('http://169.254.169.254/');`);
  assert.match(answer, /^setup: hooks\.js:3: TypeError: fetch failed \(/);
});

/** What each of these gives a script, where it gives anything, is made of nothing that connects. */
const waysAround: [what: string, body: string, answer: RegExp][] = [
  ['a WebSocket', `return typeof WebSocket;`, /^"undefined"$/],
  ['an EventSource', `return typeof EventSource;`, /^"undefined"$/],
  [
    "undici's Agent",
    `new Response(); await fetch(target);
     return [1, 2].map((n) => globalThis[Symbol.for('undici.globalDispatcher.' + n)].constructor.name);`,
    /^\["Object","Object"\]$/,
  ],
  [
    'an Agent in the place of the undici that fetch uses',
    `return (await fetch('http://169.254.169.254', { dispatcher: { dispatch() {} } })).status;`,
    /which is denied/,
  ],
  ['the open sockets', `return typeof process._getActiveHandles;`, /^"undefined"$/],
  ['node:net', `await import('node:net');`, /cannot import node:net/],
  ['node:http', `await import('node:http');`, /cannot import node:http/],
  ['node:dns', `await import('node:dns');`, /cannot import node:dns/],
  ['undici', `await import('undici');`, /cannot import undici/],
];
for (const [what, body, answer] of waysAround)
  test(`a script does not get around that by ${what}`, async () => {
    assert.match(await setup(body), answer);
  });

const textOf = async (target: object, url: string) => (await scriptFetch(assigned(target), VALUES)(url)).text();
const TRUST = { caFrom: { configMapKeyRef: { name: 'trust', key: 'ca.crt' } } };
const CLIENT = { ...TRUST, clientCertificateSecretRef: { name: 'client' } };

test('the target sees the client certificate, and the name that the spec says', async () => {
  const url = `https://127.0.0.1:${portOf(secured)}`;
  assert.equal(await textOf({ url, tls: { ...CLIENT, serverName: 'localhost' } }, url), 'client of localhost');
  assert.equal(await textOf({ url, tls: { insecureSkipVerify: true } }, url), 'nobody of an address');
});

test('another host sees neither, and is trusted by the same authorities', async () => {
  const tls = { ...CLIENT, serverName: 'elsewhere.test' };
  const other = `https://localhost:${portOf(secured)}`;
  assert.equal(await textOf({ url: 'https://127.0.0.1:9', tls }, other), 'nobody of localhost');
  await assert.rejects(textOf({ url: 'https://127.0.0.1:9' }, other), (error: Error) => {
    assert.match((error.cause as Error).message, /certificate/);
    return true;
  });
});

test('the proxy is that of the target alone', async () => {
  const auth = { type: 'Basic', basic: { secretRef: { name: 'login' } } };
  const target = { url: 'http://shop.invalid', http: { proxy: { url: `http://127.0.0.1:${portOf(proxy)}`, auth } } };
  const credentials = Buffer.from('me:pass').toString('base64');
  assert.equal(await textOf(target, 'http://shop.invalid/a?b=1'), `GET http://shop.invalid/a?b=1 Basic ${credentials}`);
  assert.equal(await textOf(target, `http://127.0.0.1:${portOf(plain)}/c`), 'plain /c');
});

test('a script goes with a load over TLS, of which connections are opened after it was loaded', async () => {
  const url = `https://127.0.0.1:${portOf(secured)}`;
  const { spec } = assigned({ url, tls: CLIENT });
  const source = `export const check = ({ body }) => body === 'client of an address' || body;`;
  const { status } = await runLocally({
    test: { apiVersion: 'loadtest.dev/v1alpha1', kind: 'LoadTest', metadata: { name: 'a' }, spec },
    values: new Map([...VALUES, ['ConfigMap/hooks/hooks.js', Buffer.from(source)]]),
    runners: 1,
    cores: 1,
    now: Date.now,
    onProgress: () => {},
    onRequestLogged: () => {},
    onWritten: () => {},
    interrupt: new AbortController().signal,
    environment: { version: 'test' },
  });
  assert.deepEqual([status.counts?.done, status.counts?.unexpected, status.errors ?? []], [1, 0, []]);
});
