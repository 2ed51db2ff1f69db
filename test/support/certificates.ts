import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Authority } from '../cluster/components/pki.ts';

/** A certificate and its key in PEM. */
export type Pair = { cert: Buffer; key: Buffer };

/** Certificates that one test process creates for itself. */
export type Certificates = {
  ca: Buffer;
  /** For localhost, 127.0.0.1 and ::1. */
  server: Pair;
  /** For elsewhere.test. */
  elsewhere: Pair;
  /** For localhost and 127.0.0.1, but expired. */
  expired: Pair;
  client: Pair;
  /** From an untrusted authority. */
  stranger: Pair;
};

export async function makeCertificates(): Promise<Certificates> {
  const dir = mkdtempSync(join(tmpdir(), 'loadtest-certificates-'));
  try {
    const authority = await Authority.create(join(dir, 'ours'));
    const other = await Authority.create(join(dir, 'theirs'));
    const issue = async (by: Authority, name: string, hosts: string[]): Promise<Pair> => {
      const { certificate, key } = await by.issue(name, { user: name, hosts });
      return { cert: readFileSync(certificate), key: readFileSync(key) };
    };
    const server = await issue(authority, 'server', ['localhost', '127.0.0.1', '::1']);
    return {
      ca: readFileSync(authority.certificate),
      server,
      elsewhere: await issue(authority, 'elsewhere', ['elsewhere.test']),
      expired: { cert: expire(server.key, authority, dir), key: server.key },
      client: await issue(authority, 'client', []),
      stranger: await issue(other, 'stranger', ['localhost']),
    };
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Issues a certificate for `key` that has already expired. */
function expire(key: Buffer, authority: Authority, dir: string): Buffer {
  const file = (name: string) => join(dir, name);
  writeFileSync(file('key'), key);
  writeFileSync(file('extensions'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  execFileSync('openssl', ['req', '-new', '-key', file('key'), '-subj', '/CN=expired', '-out', file('csr')]);
  execFileSync(
    'openssl',
    ['x509', '-req', '-in', file('csr'), '-CA', authority.certificate, '-CAkey', authority.key, '-days', '-1'].concat([
      '-extfile',
      file('extensions'),
      '-out',
      file('crt'),
    ]),
    { stdio: 'pipe' },
  );
  return readFileSync(file('crt'));
}
