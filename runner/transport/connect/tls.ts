import { isIP } from 'node:net';
import type { SecureContext, SecureContextOptions } from 'node:tls';
import { clientCertificateKeys, keyReference, referencePath } from '../../../api/loadtest/references.ts';
import type { Target } from '../../../api/loadtest/target/target.ts';
import { hostNameOf } from '../../../model/common/host.ts';
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
  const host = hostNameOf(new URL(url));
  return {
    secureContext: tls().createSecureContext({
      ...(ca && { ca }),
      ...(cert && { cert }),
      ...(key && { key }),
      ...versionsFrom(spec?.minVersion),
    }),
    servername: spec?.serverName ?? (isIP(host) === 0 ? host : undefined),
    rejectUnauthorized: spec?.insecureSkipVerify !== true,
  };
}

const LOWEST = { 'TLS1.0': 'TLSv1', 'TLS1.1': 'TLSv1.1', 'TLS1.2': 'TLSv1.2', 'TLS1.3': 'TLSv1.3' } as const;

/** OpenSSL offers versions below 1.2 at its lowest security level only, and most servers of their time do not renegotiate securely. */
function versionsFrom(lowest: keyof typeof LOWEST = 'TLS1.2'): SecureContextOptions {
  const minVersion = LOWEST[lowest];
  if (lowest !== 'TLS1.0' && lowest !== 'TLS1.1') return { minVersion };
  return { minVersion, ciphers: 'DEFAULT:@SECLEVEL=0', secureOptions: crypto().constants.SSL_OP_LEGACY_SERVER_CONNECT };
}

/** node:tls ignores a CA that it cannot read; every connection would then blame the target's certificate. */
function assertCertificate(pem: Buffer): void {
  try {
    new (crypto().X509Certificate)(pem);
  } catch (error) {
    throw new Error(`caFrom holds no certificate: ${(error as Error).message}`);
  }
}
