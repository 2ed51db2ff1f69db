import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { gunzipSync } from 'node:zlib';
import { stringify } from 'yaml';
import type { LoadTest } from '../../../../api/loadtest/loadtest.ts';
import { identityProblems } from '../../../../model/measure/counters.ts';
import { makeCertificates } from '../../../support/certificates.ts';

const main = join(import.meta.dirname, '../../../../cli/main.ts');
const USERS = Array.from({ length: 20 }, (_, i) => `user${i}`);

type Received = { path: string; headers: IncomingMessage['headers']; body: string; hasCertificate: boolean };

/** One file with a spec that uses every feature with references to other objects, and with these objects. */
describe('loadtest run of a spec with all features', () => {
  const received: Received[] = [];
  let server: Server;
  let test: LoadTest;
  let samples: string[];
  let progress = '';
  let code = -1;

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url: path = '', headers } = request;
    const raw = await buffer(request);
    const body = (headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString();
    received.push({ path, headers, body, hasCertificate: (request.socket as TLSSocket).authorized });
    if (path === '/api/old') response.writeHead(307, { location: '/api/new' }).end();
    else if (path === '/api/login')
      response
        .writeHead(201, { 'set-cookie': 'session=s1', 'x-kind': 'login' })
        .end(JSON.stringify({ session: { token: `t-${received.length}` } }));
    else response.end('fine');
  }

  before(async () => {
    const { ca, server: pair, client } = await makeCertificates();
    server = createServer({ ...pair, ca, requestCert: true, rejectUnauthorized: true }, (q, r) => void respond(q, r));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const base64 = (value: Buffer) => value.toString('base64');
    const v1 = (kind: string, name: string, content: object) => ({
      ...{ apiVersion: 'v1', kind, metadata: { name } },
      ...content,
    });
    const key = (name: string, of: string) => ({ name, key: of });
    const spec = {
      target: {
        url: `https://127.0.0.1:${port}/api`,
        timeout: '5s',
        preflight: 'Connect',
        http: { connections: 4, maxRedirects: 1 },
        tls: {
          caFrom: { configMapKeyRef: key('authority', 'ca.crt') },
          clientCertificateSecretRef: { name: 'client' },
          serverName: 'localhost',
        },
        auth: { type: 'Bearer', bearer: { secretKeyRef: key('token', 'token') } },
      },
      requestOrder: 'Sequential',
      requests: [
        {
          ...{ name: 'login', method: 'POST', path: '/login' },
          headers: [{ name: 'X-Api-Key', valueFrom: { secretKeyRef: key('token', 'api-key') } }],
          body: {
            type: 'Multipart',
            encoding: 'Gzip',
            multipart: [
              { name: 'user', value: '${data.user}' },
              { name: 'picture', filename: 'a.txt', valueFrom: { configMapKeyRef: key('files', 'a.txt') } },
            ],
          },
          expect: { status: ['201'], headers: [{ name: 'x-kind', value: 'login' }] },
          extract: [{ name: 'token', jsonPointer: '/session/token' }],
        },
        { name: 'items', path: '/items?t=${session.token}&u=${data.user}', expect: { bodyContains: 'fine' } },
        { name: 'moved', path: '/old' },
      ],
      data: { from: { configMapKeyRef: key('files', 'users.csv') }, format: 'CSV' },
      seed: 7,
      load: { type: 'Closed', closed: { users: 4, thinkTime: '50ms', rampUp: '200ms', iterations: USERS.length } },
      runners: { replicas: 2, logSamples: true, template: { labels: { team: 'shop' } } },
      thresholds: [
        { metric: 'errors', max: '0%', abort: true },
        { metric: 'serviceTime.p50', request: 'items', max: '5s' },
      ],
      ttlSecondsAfterFinished: 60,
    };
    const file = [
      { apiVersion: 'loadtest.dev/v1alpha1', kind: 'LoadTest', metadata: { name: 'everything' }, spec },
      v1('Secret', 'client', { data: { 'tls.crt': base64(client.cert), 'tls.key': base64(client.key) } }),
      v1('Secret', 'token', { stringData: { token: 'bear', 'api-key': 'k-1' } }),
      v1('ConfigMap', 'authority', { data: { 'ca.crt': ca.toString() } }),
      v1('ConfigMap', 'files', {
        data: { 'a.txt': 'content of the file', 'users.csv': `user\n${USERS.join('\n')}\n` },
      }),
    ].map((document) => stringify(document));
    const child = spawn(process.execPath, [main, 'run', '-', '-o', 'json']);
    child.stdin.end(file.join('---\n'));
    const [out, err, [exit]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    progress = err;
    code = exit;
    assert.notEqual(out, '', progress);
    test = JSON.parse(out);
    samples = progress.split('\n').filter((line) => /,done,[0-9]+,(login|items|moved)$/.test(line));
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const at = (path: string) => received.filter((r) => r.path.startsWith(path));

  it('passes, and completes every iteration', () => {
    assert.equal(code, 0, JSON.stringify(test.status, null, 1));
    assert.deepEqual(
      test.status?.requests?.map(({ name, counts }) => [name, counts.done, counts.unexpected]),
      ['login', 'items', 'moved'].map((name) => [name, USERS.length, 0]),
    );
    assert.deepEqual(identityProblems({ ...test.status!.counts!, inFlight: 0 }), []);
  });

  it('sends the client certificate, the token and the key', () => {
    assert.equal(at('/api/login').length, USERS.length);
    assert.ok(received.every((r) => r.hasCertificate && r.headers.authorization === 'Bearer bear'));
    assert.ok(at('/api/login').every((r) => r.headers['x-api-key'] === 'k-1'));
  });

  it('sends the parts with the file, and uses every row once over both workers', () => {
    const users = at('/api/login').map((r) => /name="user"\r\n\r\n(.*)\r\n/.exec(r.body)?.[1]);
    assert.deepEqual(users.sort(), USERS.toSorted());
    assert.ok(at('/api/login').every((r) => r.body.includes('content of the file')));
  });

  it('keeps cookies, extracted values and one data row within an iteration', () => {
    const queries = at('/api/items').map((r) => new URL(r.path, 'http://x').searchParams);
    assert.deepEqual(queries.map((q) => q.get('u')).sort(), USERS.toSorted());
    assert.equal(new Set(queries.map((q) => q.get('t'))).size, USERS.length);
    assert.ok(at('/api/items').every((r) => r.headers.cookie === 'session=s1'));
  });

  it('follows redirects, and counts them', () =>
    assert.deepEqual([at('/api/old').length, at('/api/new').length], [USERS.length, USERS.length]));

  it('writes the request log, and judges its thresholds', () => {
    assert.equal(samples.length, 3 * USERS.length);
    assert.deepEqual(
      test.status?.thresholds?.map((t) => t.passed),
      [true, true],
    );
  });
});
