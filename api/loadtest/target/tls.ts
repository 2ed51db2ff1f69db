import { isIP } from 'node:net';
import * as z from 'zod';
import { textOf, withRules } from '../../common/rule.ts';
import { objectName, valueSourceSchema } from '../../common/value-source.ts';

/** `target.tls`. */
export const tlsSchema = z.strictObject({
  caFrom: valueSourceSchema
    .optional()
    .describe('Certificates (PEM) of the authorities to trust, instead of the well-known ones.'),
  clientCertificateSecretRef: z
    .strictObject({ name: objectName.describe('Name of the Secret, in the namespace of the LoadTest.') })
    .optional()
    .describe(
      'Client certificate of the runner: a Secret of type kubernetes.io/tls with the keys `tls.crt` and `tls.key`.',
    ),
  serverName: withRules(
    textOf(
      /^[a-zA-Z0-9]([-_a-zA-Z0-9]*[a-zA-Z0-9])?([.][a-zA-Z0-9]([-_a-zA-Z0-9]*[a-zA-Z0-9])?)*$/,
      'must be a host name',
      { min: 1, max: 253 },
    ),
    {
      cel: '!isIP(self)',
      message: 'must be a host name and no address, as TLS sends only names (RFC 6066, 3)',
      test: (text) => isIP(text) === 0,
    },
  )
    .optional()
    .describe("Server name for SNI and for the verification of the certificate. Default: the URL's host."),
  minVersion: z
    .enum(['TLS1.0', 'TLS1.1', 'TLS1.2', 'TLS1.3'])
    .default('TLS1.2')
    .describe(
      'Lowest version of TLS. TLS1.0 and TLS1.1 are for old targets: they also allow the weak keys, signatures and ciphers that such targets have.',
    ),
  insecureSkipVerify: z.boolean().default(false).describe('Accepts any certificate.'),
});
