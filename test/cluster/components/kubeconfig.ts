import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import type { Authority, Subject } from './pki.ts';

/** A kubeconfig with embedded certificates, as JSON, which is valid YAML. */
export function renderKubeconfig(
  server: string,
  authority: string,
  credential: { certificate: string; key: string },
): string {
  const base64 = (pem: string) => Buffer.from(pem).toString('base64');
  const name = 'loadtest';
  return JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name, cluster: { server, 'certificate-authority-data': base64(authority) } }],
      users: [
        {
          name,
          user: {
            'client-certificate-data': base64(credential.certificate),
            'client-key-data': base64(credential.key),
          },
        },
      ],
      contexts: [{ name, context: { cluster: name, user: name } }],
      'current-context': name,
    },
    null,
    2,
  );
}

/** Issues a client certificate and writes a kubeconfig with it; returns the path. */
export async function issueKubeconfig(
  authority: Authority,
  file: string,
  server: string,
  subject: Subject,
): Promise<string> {
  const { certificate, key } = await authority.issue(subject.user.replaceAll(':', '-'), subject);
  const [ca = '', crt = '', pem = ''] = [authority.certificate, certificate, key].map((path) =>
    readFileSync(path, 'utf8'),
  );
  writeFileSync(file, renderKubeconfig(server, ca, { certificate: crt, key: pem }), { mode: 0o600 });
  return file;
}

type Kubeconfig = {
  clusters: { name: string; cluster: Record<string, string> }[];
  users: { name: string; user: Record<string, string> }[];
  contexts: { name: string; context: { cluster: string; user: string } }[];
  'current-context': string;
};

/** How a user reaches an API server; certificates and key in PEM. */
export type ApiAccess = { server: string; ca?: string; cert?: string; key?: string; headers: Record<string, string> };

/**
 * The cluster and the user of a kubeconfig's current context. Throws if it names neither a client certificate nor a token. The library that the
 * operator uses would also run credential plugins, but loading it takes 0.6 s of CPU in the process of each test file.
 */
export function readKubeconfig(file: string): ApiAccess {
  const { clusters, users, contexts, 'current-context': current } = parse(readFileSync(file, 'utf8')) as Kubeconfig;
  const context = contexts.find(({ name }) => name === current)?.context;
  const cluster = clusters.find(({ name }) => name === context?.cluster)?.cluster ?? {};
  const user = users.find(({ name }) => name === context?.user)?.user ?? {};
  const pem = (fields: Record<string, string>, field: string) => {
    const [path, data] = [fields[field], fields[`${field}-data`]];
    if (data !== undefined) return Buffer.from(data, 'base64').toString();
    return path === undefined ? undefined : readFileSync(resolve(dirname(file), path), 'utf8');
  };
  const [ca, cert, key] = [
    pem(cluster, 'certificate-authority'),
    pem(user, 'client-certificate'),
    pem(user, 'client-key'),
  ];
  if (cert === undefined && user.token === undefined) {
    throw new Error(`${file}: the user of its current context has neither a client certificate nor a token`);
  }
  return {
    server: cluster.server ?? '',
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    headers: user.token === undefined ? {} : { authorization: `Bearer ${user.token}` },
  };
}
