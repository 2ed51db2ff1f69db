import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { run } from '../system/run.ts';

/** A certificate and its key, as files. */
export interface Credential {
  certificate: string;
  key: string;
}

/** The subject of a certificate: to Kubernetes, the common name is the user and the organization is a group. */
export interface Subject {
  user: string;
  group?: string | undefined;
  /** Host names and addresses, for a server. */
  hosts?: readonly string[];
}

/** The certificate authority of one cluster, valid for longer than a test cluster lives. */
export class Authority {
  readonly #dir: string;
  readonly certificate: string;
  readonly key: string;

  private constructor(dir: string) {
    this.#dir = dir;
    this.certificate = join(dir, 'ca.crt');
    this.key = join(dir, 'ca.key');
  }

  /** Creates an authority with its files in `dir`. */
  static async create(dir: string): Promise<Authority> {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const authority = Authority.open(dir);
    const extensions = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign,digitalSignature'];
    await authority.#sign('ca', '/CN=loadtest-test-cluster', extensions, []);
    return authority;
  }

  /** Opens the authority with its files in `dir`. */
  static open(dir: string): Authority {
    return new Authority(dir);
  }

  /** Issues a certificate under a file name; for clients and, if it names hosts, for servers. */
  async issue(name: string, subject: Subject): Promise<Credential> {
    const organization = subject.group ? `/O=${subject.group}` : '';
    const signed = ['-CA', this.certificate, '-CAkey', this.key];
    await this.#sign(name, `${organization}/CN=${subject.user}`, leafExtensions(subject.hosts ?? []), signed);
    return { certificate: join(this.#dir, `${name}.crt`), key: join(this.#dir, `${name}.key`) };
  }

  /** Creates a key pair without a certificate, for the signer of service-account tokens. */
  keyPair(name: string): { privateKey: string; publicKey: string } {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const files = { privateKey: join(this.#dir, `${name}.key`), publicKey: join(this.#dir, `${name}.pub`) };
    writeFileSync(files.privateKey, privateKey.export({ type: 'sec1', format: 'pem' }), { mode: 0o600 });
    writeFileSync(files.publicKey, publicKey.export({ type: 'spki', format: 'pem' }));
    return files;
  }

  async #sign(name: string, subject: string, extensions: readonly string[], signer: readonly string[]): Promise<void> {
    const { privateKey } = this.keyPair(name);
    const config = join(this.#dir, `${name}.cnf`);
    // A separate configuration, because the system's would add extensions.
    writeFileSync(config, `[req]\ndistinguished_name=dn\nx509_extensions=ext\n[dn]\n[ext]\n${extensions.join('\n')}\n`);
    const out = join(this.#dir, `${name}.crt`);
    const request = ['-new', '-x509', '-config', config, '-key', privateKey, '-subj', subject, '-days', '3650'];
    await run(['openssl', 'req', ...request, ...signer, '-out', out]);
  }
}

/** The extensions of a certificate for clients and, with hosts, servers. */
export function leafExtensions(hosts: readonly string[]): string[] {
  const names = hosts.map((host) => `${isIP(host) === 0 ? 'DNS' : 'IP'}:${host}`);
  return [
    'basicConstraints=critical,CA:FALSE',
    'keyUsage=critical,digitalSignature',
    `extendedKeyUsage=clientAuth${names.length > 0 ? ',serverAuth' : ''}`,
    ...(names.length > 0 ? [`subjectAltName=${names.join(',')}`] : []),
  ];
}
