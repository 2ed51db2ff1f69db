import * as z from 'zod';
import { textOf } from '../../common/rule.ts';
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
  serverName: textOf(
    /^[a-zA-Z0-9]([-_a-zA-Z0-9]*[a-zA-Z0-9])?([.][a-zA-Z0-9]([-_a-zA-Z0-9]*[a-zA-Z0-9])?)*$/,
    'must be a host name',
    { min: 1, max: 253 },
  )
    .optional()
    .describe("Server name for SNI and for the verification of the certificate. Default: the URL's host."),
  insecureSkipVerify: z.boolean().default(false).describe('Accepts any certificate.'),
});
