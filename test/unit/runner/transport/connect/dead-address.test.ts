import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, LookupFunction, Server } from 'node:net';
import { after, test } from 'node:test';
import { http1Transport } from '../../../../../runner/transport/http1/transport.ts';
import { http2Transport } from '../../../../../runner/transport/http2/transport.ts';
import { destinationOf } from '../../../../../runner/transport/select.ts';
import { undiciTransport } from '../../../../../runner/transport/undici/undici-transport.ts';
import { makeCertificates } from '../../../../support/certificates.ts';
import { kindsOf, realLoad, realSpec } from '../../../../support/real-load.ts';
import { deadAddress } from '../../../../support/target/dead-address.ts';

const { ca, server: pair } = await makeCertificates();
const VALUES = new Map([['Secret/trust/ca.crt', ca]]);
const TLS = { caFrom: { secretKeyRef: { name: 'trust', key: 'ca.crt' } } };
const [DEAD, ALIVE] = ['127.0.0.2', '127.0.0.1'];
const lookupOf =
  (...addresses: string[]): LookupFunction =>
  (_host, _options, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: 4 })),
    );

const respond = (_request: unknown, response: { end: (body: string) => void }) => response.end('ok');
const TRANSPORTS = [
  ['Lean', createServer(respond), http1Transport, {}],
  ['Lean with TLS', createHttpsServer(pair, respond), http1Transport, {}],
  ['Undici', createServer(respond), undiciTransport, { transport: 'Undici' }],
  ['HTTP/2', createHttp2Server(respond as never), http2Transport, { version: 'HTTP2' }],
] as const;
for (const [name, server, transport, http] of TRANSPORTS) {
  test(`${name} connects to the second address of a name when the first does not respond`, async () => {
    (server as Server).listen(0, ALIVE);
    await once(server, 'listening');
    after(() => void (server as Server).close());
    const { port } = (server as Server).address() as AddressInfo;
    await deadAddress(DEAD, port);
    const secure = name.endsWith('TLS');
    const url = `${secure ? 'https' : 'http'}://localhost:${port}`;
    const spec = realSpec({ target: { url, timeout: '5000ms', http, ...(secure && { tls: TLS }) } });
    const destination = { ...destinationOf(spec.target, VALUES), lookup: lookupOf(DEAD, ALIVE) };
    const summary = await realLoad(spec, VALUES, transport(destination));
    assert.deepEqual([summary.counts.done, kindsOf(summary)], [20, {}]);
  });
}

for (const [name, , transport, http] of TRANSPORTS) {
  if (name !== 'Lean' && name !== 'Undici') continue;
  test(`${name} waits for an address whose first packet was lost, although the other address refuses`, async () => {
    const { port, revive } = await deadAddress(DEAD, 0);
    const spec = realSpec({ target: { url: `http://localhost:${port}`, timeout: '9000ms', http } });
    const destination = { ...destinationOf(spec.target, VALUES), lookup: lookupOf(DEAD, '127.0.0.3') };
    setTimeout(revive, 700);
    const summary = await realLoad(spec, VALUES, transport(destination));
    assert.deepEqual([summary.counts.done, kindsOf(summary)], [20, {}]);
  });
}
