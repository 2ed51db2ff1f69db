import { isIP } from 'node:net';
import type { SecureContext } from 'node:tls';
import { clientCertificateKeys, keyReference, referencePath } from '../../../api/loadtest/references.ts';
import type { Target } from '../../../api/loadtest/target/target.ts';
import { hostOf } from '../../../model/common/host.ts';
import type { Values } from '../../values/referenced-values.ts';
import { crypto, tls } from './lazy-openssl.ts';

/** How connections to an https target are secured: options of node:tls. */
export type TlsOptions = {
  secureContext: SecureContext;
  /** Undefined for an IP address: SNI has names only, and the certificate is checked against the address. */
  servername: string | undefined;
  rejectUnauthorized: boolean;
};

/** The TLS options of a spec with its certificates read. Throws node:tls's error when a certificate cannot be used. */
export function tlsOptionsOf({ url, tls: spec }: Target, values: Values): TlsOptions {
  const pem = (path: string) => values.get(path);
  const [cert, key] = clientCertificateKeys(spec?.clientCertificateSecretRef?.name ?? '').map((k) =>
    pem(referencePath(k)),
  );
  const ca = spec?.caFrom && pem(referencePath(keyReference(spec.caFrom)));
  if (ca) assertCertificate(ca);
  const host = hostOf(new URL(url));
  return {
    secureContext: tls().createSecureContext({ ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) }),
    servername: spec?.serverName ?? (isIP(host) === 0 ? host : undefined),
    rejectUnauthorized: spec?.insecureSkipVerify !== true,
  };
}

/** node:tls ignores a CA that it cannot read; every connection would then blame the target's certificate. */
function assertCertificate(pem: Buffer): void {
  try {
    new (crypto().X509Certificate)(pem);
  } catch (error) {
    throw new Error(`caFrom holds no certificate: ${(error as Error).message}`);
  }
}
