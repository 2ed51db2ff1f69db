/** OpenSSL's codes for the faults of a handshake, in words that name the field which helps. */
const FAULTS: readonly [code: RegExp, words: string][] = [
  [
    /PROTOCOL_VERSION$|UNSUPPORTED_PROTOCOL$|VERSION_TOO_LOW$/,
    'the server and the runner have no version of TLS in common; target.tls.minVersion allows older ones',
  ],
  [
    /WRONG_VERSION_NUMBER$|PACKET_LENGTH_TOO_LONG$|RECORD_(OVERFLOW|TOO_SMALL)$/,
    'the server does not speak TLS at this port',
  ],
  [
    /ALERT_HANDSHAKE_FAILURE$/,
    'the server found no common cipher, or lacks a client certificate (target.tls.clientCertificateSecretRef)',
  ],
  [/CERTIFICATE_REQUIRED$/, 'the server requires a client certificate (target.tls.clientCertificateSecretRef)'],
  [
    /ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_\w+|UNSUPPORTED_CERTIFICATE|ACCESS_DENIED|DECRYPT_ERROR)$/,
    'the server rejects the client certificate',
  ],
  [/ALERT_UNRECOGNIZED_NAME$|UNRECOGNIZED_NAME$/, 'the server does not know the server name (target.tls.serverName)'],
  [
    /KEY_TOO_SMALL$|MD_TOO_WEAK$|UNSAFE_LEGACY_RENEGOTIATION_DISABLED$|WRONG_SIGNATURE_TYPE$/,
    'the server has a key, a signature or a renegotiation that is too weak; target.tls.minVersion: TLS1.1 allows it',
  ],
];

/** What Node adds to the faults of certificates: an advice for the command line of a program that the user does not start. */
const NODE_ADVICE = /; if the root CA is installed locally, .*$/;

/**
 * The fault of a TLS handshake in words, followed by OpenSSL's reason; undefined for any other error. OpenSSL's own message begins with a
 * number of its thread and ends with a path of its sources.
 */
export function tlsFault(error: Error): string | undefined {
  if (NODE_ADVICE.test(error.message))
    return error.message.replace(NODE_ADVICE, '; target.tls.caFrom names the authorities to trust');
  const { code = '', reason } = error as NodeJS.ErrnoException & { reason?: string };
  if (!/^ERR_SSL_/.test(code) || reason === undefined) return undefined;
  const words = FAULTS.find(([codes]) => codes.test(code))?.[1];
  return words === undefined ? `TLS: ${reason}` : `${words}: ${reason}`;
}
