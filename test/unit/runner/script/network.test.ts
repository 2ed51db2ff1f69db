import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { DENIED_ADDRESSES } from '../../../../api/common/sizes.ts';
import { loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import type { Assignment } from '../../../../api/protocol/assignment.ts';
import { runLocally } from '../../../../cli/local/local-run.ts';
import { scriptFetch } from '../../../../runner/script/sandbox/fetch.ts';
import { makeCertificates } from '../../../support/certificates.ts';
import { setupOf } from '../../../support/script-setup.ts';

const { ca, server: pair, client } = await makeCertificates();
const VALUES = new Map<string, Buffer>([
  ['ConfigMap/trust/ca.crt', ca],
  ['Secret/client/tls.crt', client.cert],
  ['Secret/client/tls.key', client.key],
  ['Secret/login/username', Buffer.from('me')],
  ['Secret/login/password', Buffer.from('pass')],
]);

/** Redirects /to/URL to the URL; /slow never responds; otherwise shows the request. */
const plain = createServer(async (request, response) => {
  const { url = '', method, headers } = request;
  if (url === '/slow') return;
  if (url === '/echo') {
    response.writeHead(
      201,
      'Made',
      [
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
      ].flat(),
    );
    response.end(`${method} ${headers['content-type']} ${headers['x-own']} ${await text(request)}`);
    return;
  }
  const [, location] = /^\/to\/(.*)$/.exec(url) ?? [];
  if (location !== undefined) response.writeHead(302, { location: decodeURIComponent(location) });
  response.end(`plain ${url}`);
});
const withClientCertificates = { ...pair, ca, requestCert: true, rejectUnauthorized: false };
/** Responds with the name in the client's certificate and the server name of the handshake. */
const secured = createSecureServer(withClientCertificates, ({ socket }, response) => {
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

/** The result or the problem of a script with `body` as its setup. */
const setup = (body: string, addresses?: Assignment['addresses']) =>
  setupOf(body, { assignment: assigned({ url: `http://127.0.0.1:${portOf(plain)}` }, addresses) });

const LOOPBACK = { denied: ['127.0.0.0/8', '::1/128'] };
const ONLY_SHOP = { denied: [...DENIED_ADDRESSES], hosts: ['*.shop.svc'] };
const METADATA = 'in 169.254.0.0/16, which is denied';

const denied: [what: string, url: string, addresses: Assignment['addresses'], reason: string][] = [
  ['a denied address', 'http://169.254.169.254/latest', undefined, METADATA],
  ['a denied address over TLS', 'https://169.254.169.254/', undefined, METADATA],
  ['a denied address as a number', 'http://2852039166/', undefined, METADATA],
  ['a denied address mapped to IPv6', 'http://[::ffff:169.254.169.254]/', undefined, METADATA],
  ['a denied address by NAT64', 'http://[64:ff9b::a9fe:a9fe]/', undefined, METADATA],
  ['a denied address of IPv6', 'http://[fd00:ec2::254]/', undefined, 'in fd00:ec2::/32, which is denied'],
  ['a name of a denied address', 'http://localhost:8080/', LOOPBACK, ', which is denied'],
  ['a host that is not allowed', 'http://elsewhere.test/', ONLY_SHOP, 'elsewhere.test is not allowed'],
  ['an address where only names are allowed', 'http://127.0.0.1:8080/', ONLY_SHOP, '127.0.0.1 is not allowed'],
];
for (const [what, url, addresses, reason] of denied) {
  test(`fetch rejects ${what}`, async () => {
    const problem = await setup(`await fetch(${JSON.stringify(url)});`, addresses);
    assert.match(problem, /^setup: hooks\.js:2: TypeError: fetch failed \(/);
    assert.ok(problem.includes(reason), problem);
  });
  test(`fetch rejects a redirect to ${what}`, async () => {
    const problem = await setup(
      `await fetch(target + '/to/' + encodeURIComponent(${JSON.stringify(url)}));`,
      addresses,
    );
    assert.match(problem, /^setup: hooks\.js:2: TypeError: fetch failed \(/);
    assert.ok(problem.includes(reason), problem);
  });
}

test('a script can fetch from its target, and follow a redirect there', async () => {
  assert.equal(await setup(`return (await fetch(target + '/to/%2Fthere')).text();`, ONLY_SHOP), '"plain /there"');
});

test('fetch passes on the request and the response', async () => {
  const body = `const response = await fetch(new Request(target + '/echo', { method: 'PUT', body: 'ä', headers: { 'x-own': 'y' } }));
    const { status, statusText, ok, url, redirected } = response;
    return [status, statusText, ok, url === target + '/echo', redirected, response.headers.getSetCookie(), await response.text()];`;
  assert.deepEqual(JSON.parse(await setup(body)), [
    ...[201, 'Made', true, true, false, ['a=1', 'b=2']],
    'PUT text/plain;charset=UTF-8 y ä',
  ]);
});

test('a signal aborts a fetch', async () => {
  const problem = await setup(`await fetch(target + '/slow', { signal: AbortSignal.timeout(20) });`);
  assert.match(problem, /^setup: (hooks\.js:2: )?TimeoutError: /);
});

test('a script cannot have more than 64 fetches at once', async () => {
  const body = `const signal = AbortSignal.timeout(2000);
    return Promise.race(Array.from({ length: 65 }, () => fetch(target + '/slow', { signal }))).catch((error) => error.cause.message);`;
  assert.equal(await setup(body), '"more than 64 fetches at once"');
});

test('the error of a fetch without await has its line, too', async () => {
  const problem = await setup(`\nreturn fetch('http://169.254.169.254/');`);
  assert.match(problem, /^setup: hooks\.js:3: TypeError: fetch failed \(/);
});

const textOf = async (target: object, url: string) => (await scriptFetch(assigned(target), VALUES)(url)).text();
const TRUST = { caFrom: { configMapKeyRef: { name: 'trust', key: 'ca.crt' } } };
const CLIENT = { ...TRUST, clientCertificateSecretRef: { name: 'client' } };

test('the target receives the client certificate and the server name of the spec', async () => {
  const url = `https://127.0.0.1:${portOf(secured)}`;
  assert.equal(await textOf({ url, tls: { ...CLIENT, serverName: 'localhost' } }, url), 'client of localhost');
  assert.equal(await textOf({ url, tls: { insecureSkipVerify: true } }, url), 'nobody of an address');
});

test('other hosts receive neither, and the same authorities apply', async () => {
  const tls = { ...CLIENT, serverName: 'elsewhere.test' };
  const other = `https://localhost:${portOf(secured)}`;
  assert.equal(await textOf({ url: 'https://127.0.0.1:9', tls }, other), 'nobody of localhost');
  await assert.rejects(textOf({ url: 'https://127.0.0.1:9' }, other), (error: Error) => {
    assert.match((error.cause as Error).message, /certificate/);
    return true;
  });
});

test('the proxy is used only for the target', async () => {
  const auth = { type: 'Basic', basic: { secretRef: { name: 'login' } } };
  const target = { url: 'http://shop.invalid', http: { proxy: { url: `http://127.0.0.1:${portOf(proxy)}`, auth } } };
  const credentials = Buffer.from('me:pass').toString('base64');
  assert.equal(await textOf(target, 'http://shop.invalid/a?b=1'), `GET http://shop.invalid/a?b=1 Basic ${credentials}`);
  assert.equal(await textOf(target, `http://127.0.0.1:${portOf(plain)}/c`), 'plain /c');
});

test('a load over TLS can open connections after its script is loaded', async () => {
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
