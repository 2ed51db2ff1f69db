import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Agent, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { readKubeconfig } from '../../cluster/components/kubeconfig.ts';

/** A recorded call. */
export type SeenCall = { method: string; path: string; isWatch: boolean; code: number };

/** A proxy between a client and the API server that records the client's calls. */
export type CountingProxy = {
  /** Path of a kubeconfig whose cluster is the proxy, with the user of the given kubeconfig. */
  kubeconfig: string;
  calls: SeenCall[];
  close(): Promise<void>;
};

/**
 * Starts a proxy on loopback for the cluster of `kubeconfig`, and writes its own kubeconfig to `dir`. `impersonate`: the user, such as a
 * ServiceAccount, whose permissions the client has.
 */
export async function startCountingProxy(
  kubeconfig: string,
  dir: string,
  impersonate?: string,
): Promise<CountingProxy> {
  const { server, headers: credentials, ...tls } = readKubeconfig(kubeconfig);
  const agent = new Agent({ keepAlive: true, ...tls });
  const calls: SeenCall[] = [];
  const proxy = createServer((incoming, outgoing) => {
    const { method = '', url = '', headers } = incoming;
    const { pathname, searchParams } = new URL(url, 'http://proxy');
    const call: SeenCall = { method, path: pathname, isWatch: searchParams.get('watch') === 'true', code: 0 };
    calls.push(call);
    const { host: _, ...others } = headers;
    if (impersonate !== undefined) others['impersonate-user'] = impersonate;
    const upstream = request(
      `${server}${url}`,
      { method, agent, headers: { ...others, ...credentials } },
      (response) => {
        call.code = response.statusCode ?? 0;
        outgoing.writeHead(call.code, response.headers);
        outgoing.flushHeaders();
        pipeline(response, outgoing, () => {});
      },
    );
    upstream.on('error', () => outgoing.destroy());
    outgoing.on('close', () => upstream.destroy());
    pipeline(incoming, upstream, () => {});
  });
  await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
  const { port } = proxy.address() as AddressInfo;
  const own = join(dir, 'proxy.kubeconfig');
  writeFileSync(own, JSON.stringify(configOf(`http://127.0.0.1:${port}`)));
  return {
    kubeconfig: own,
    calls,
    close: async () => {
      const closed = new Promise((done) => proxy.close(done));
      proxy.closeAllConnections();
      await closed;
      agent.destroy();
    },
  };
}

/** The client library requires permission to connect without TLS. */
function configOf(server: string) {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'proxy', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'proxy', user: {} }],
    contexts: [{ name: 'proxy', context: { cluster: 'proxy', user: 'proxy' } }],
    'current-context': 'proxy',
  };
}
