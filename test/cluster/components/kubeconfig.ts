import { readFileSync, writeFileSync } from 'node:fs';
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
