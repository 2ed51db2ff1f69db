import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo, Server, Socket } from 'node:net';
import { after, test } from 'node:test';
import { resolver } from '../../../../runner/transport/connect/resolve.ts';
import { http1Transport } from '../../../../runner/transport/http1/transport.ts';
import { http2Transport } from '../../../../runner/transport/http2/transport.ts';
import { nodeHttp2Transport } from '../../../../runner/transport/node-http2/transport.ts';
import { destinationOf } from '../../../../runner/transport/select.ts';
import { undiciTransport } from '../../../../runner/transport/undici/undici-transport.ts';
import { kindsOf, realLoad, realSpec } from '../../../support/real-load.ts';

const TRANSPORTS = [
  ['Lean', http1Transport, 'HTTP1'],
  ['Undici', undiciTransport, 'HTTP1'],
  ['HTTP2', http2Transport, 'HTTP2'],
  ['NodeHTTP2', nodeHttp2Transport, 'HTTP2'],
] as const;

const INSTANCES = ['127.0.0.2', '127.0.0.3', '127.0.0.4'];

/** A connection as the target sees it. `closes`: at which of its requests it was asked to close it. */
type Carried = { address: string; requests: number; closes: number[] };

/** Starts an instance of the target on each address, all on one port; each response takes a millisecond. */
async function startInstances(version: 'HTTP1' | 'HTTP2') {
  const connections: Carried[] = [];
  const byPeer = new Map<string, Carried>();
  const sockets = new Set<Socket>();
  const peerOf = ({ localAddress, remotePort }: Socket) => `${localAddress} ${remotePort}`;
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    const connection = byPeer.get(peerOf(request.socket))!;
    connection.requests++;
    if (request.headers.connection === 'close') connection.closes.push(connection.requests);
    setTimeout(() => response.end('ok'), 1);
  };
  let port = 0;
  for (const address of INSTANCES) {
    const server = (version === 'HTTP1' ? createServer(onRequest) : createHttp2Server(onRequest as never)) as Server;
    server.on('connection', (socket: Socket) => {
      const connection = { address, requests: 0, closes: [] };
      connections.push(connection);
      byPeer.set(peerOf(socket), connection);
      sockets.add(socket);
    });
    await once(server.listen(port, address), 'listening');
    port = (server.address() as AddressInfo).port;
    after(() => server.close());
  }
  after(() => {
    for (const socket of sockets) socket.destroy();
  });
  return { port, connections };
}

/**
 * Four users make `iterations` requests to a name that has one address at first, and all of them from the seventh lookup on. Nothing may fail.
 */
async function loadWhileTargetGrows(
  [, transport, version]: (typeof TRANSPORTS)[number],
  iterations: number,
  limits: object,
) {
  const { port, connections } = await startInstances(version);
  const spec = realSpec({
    target: { url: `http://growing.test:${port}`, timeout: '20000ms', http: { version, ...limits } },
    load: { type: 'Closed', closed: { users: 4, iterations } },
  });
  let lookups = 0;
  const lookup = resolver(
    'PerConnection',
    () => undefined,
    async () => INSTANCES.slice(0, lookups++ < 6 ? 1 : undefined).map((address) => ({ address, family: 4 })),
  );
  const summary = await realLoad(spec, new Map(), transport({ ...destinationOf(spec.target, new Map()), lookup }));
  assert.deepEqual([summary.counts.done, kindsOf(summary)], [iterations, {}]);
  // On a slow machine, another address is tried beside the first one, and loses.
  return { summary, connections: connections.filter(({ requests }) => requests > 0) };
}

for (const row of TRANSPORTS) {
  const [name, , version] = row;

  test(`${name}: connections with 20 requests each reach the new instances of a target in equal shares`, async () => {
    const { summary, connections } = await loadWhileTargetGrows(row, 300, { maxRequestsPerConnection: 20 });
    const most = Math.max(...connections.map(({ requests }) => requests));
    assert.equal(most <= 20, true, `${most} requests on a connection`);
    const ofAddress = (address: string) => connections.filter((connection) => connection.address === address);
    const used = INSTANCES.map((address) => ({
      address,
      requests: ofAddress(address).reduce((sum, { requests }) => sum + requests, 0),
      connections: ofAddress(address).length,
    }));
    // The result agrees with what the instances have counted.
    assert.deepEqual(
      summary.addresses?.toSorted((a, b) => (a.address < b.address ? -1 : 1)),
      used,
    );
    const [, second, third] = used;
    assert.equal(second!.requests > 40 && third!.requests > 40, true, JSON.stringify(used));
    // Over HTTP/1.1 the last request asks the server to close, so that no local port stays in TIME_WAIT.
    const asked = connections.map(({ requests, closes }) => closes.every((n) => n === requests && n >= 18));
    assert.equal(asked.every(Boolean), true);
    const ended = connections.filter(({ closes }) => closes.length === 1).length;
    assert.equal(ended >= (version === 'HTTP1' ? connections.length - 4 : 0), true, `${ended} were asked to close`);
  });

  test(`${name}: a connection with one request each`, async () => {
    const { connections } = await loadWhileTargetGrows(row, 60, { maxRequestsPerConnection: 1 });
    assert.deepEqual([connections.length, connections.every(({ requests }) => requests === 1)], [60, true]);
  });

  test(`${name}: no request fails when connections end with age`, async () => {
    const { connections } = await loadWhileTargetGrows(row, 300, { maxConnectionAge: '5ms' });
    assert.equal(connections.length > 8, true, `${connections.length} connections`);
    assert.equal(new Set(connections.map(({ address }) => address)).size, INSTANCES.length);
  });
}
