import { isIP } from 'node:net';
import type { SecureContext } from 'node:tls';
import { clientCertificateKeys, keyReference, referencePath } from '../../../api/loadtest/references.ts';
import type { Target } from '../../../api/loadtest/target.ts';
import type { Values } from '../../values/referenced-values.ts';
import { hostOf } from './host.ts';
import { crypto, tls } from './lazy-openssl.ts';

/** How connections to an https target are secured, in the terms of node:tls. */
export type TlsOptions = {
  secureContext: SecureContext;
  /** Undefined for an address, which has no name to ask for: its certificate is held against the address. */
  servername: string | undefined;
  rejectUnauthorized: boolean;
};

/** What a spec says of TLS, with its certificates read. Throws what node:tls has to say of certificates that cannot be used. */
export function tlsOptionsOf({ url, tls: spec }: Target, values: Values): TlsOptions {
  const pem = (path: string) => values.get(path);
  const [cert, key] = clientCertificateKeys(spec?.clientCertificateSecretRef?.name ?? '').map((k) =>
    pem(referencePath(k)),
  );
  const ca = spec?.caFrom && pem(referencePath(keyReference(spec.caFrom)));
  if (ca) mustHoldCertificate(ca);
  const host = hostOf(new URL(url));
  return {
    secureContext: tls().createSecureContext({ ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) }),
    servername: spec?.serverName ?? (isIP(host) === 0 ? host : undefined),
    rejectUnauthorized: spec?.insecureSkipVerify !== true,
  };
}

/** node:tls takes authorities that it cannot read for none, and would then say that the target's certificate is wrong. */
function mustHoldCertificate(pem: Buffer): void {
  try {
    new (crypto().X509Certificate)(pem);
  } catch (error) {
    throw new Error(`caFrom holds no certificate: ${(error as Error).message}`);
  }
}
