/** Why a request ended without a response, in words that a person who tests a service understands. */
export type Failure = { kind: string; example: string };

const KINDS: Record<string, string> = {
  ECONNREFUSED: 'ConnectionRefused',
  ECONNRESET: 'ConnectionReset',
  EPIPE: 'ConnectionReset',
  UND_ERR_SOCKET: 'ConnectionClosed',
  ETIMEDOUT: 'TimedOutConnecting',
  EHOSTUNREACH: 'HostUnreachable',
  ENETUNREACH: 'HostUnreachable',
  ENOTFOUND: 'DNSNotFound',
  EAI_AGAIN: 'DNSUnavailable',
  UND_ERR_HEADERS_OVERFLOW: 'HeadersTooLarge',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'MalformedResponse',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'TLSCertificateInvalid',
  SELF_SIGNED_CERT_IN_CHAIN: 'TLSCertificateInvalid',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'TLSCertificateInvalid',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'TLSCertificateInvalid',
  CERT_HAS_EXPIRED: 'TLSCertificateInvalid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'TLSCertificateInvalid',
  // The generator's own limits, not the target's.
  EADDRNOTAVAIL: 'PortsExhausted',
  EMFILE: 'FileDescriptorsExhausted',
  ENFILE: 'FileDescriptorsExhausted',
};

/** The request hit its time-out after it was written. */
export const TIMED_OUT_WAITING = 'TimedOutWaiting';

/** The time-out passed before there was a connection to write to. */
export const TIMED_OUT_CONNECTING = 'TimedOutConnecting';

/** An error that a transport of ours found, with the kind that it is counted as. */
export class TransportError extends Error {
  readonly kind: string;

  constructor(kind: string, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** The failure that an error of the transport stands for. */
export function failureOf(error: Error): Failure {
  if (error instanceof TransportError) return { kind: error.kind, example: error.message };
  const cause = firstCause(error);
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  const kind = KINDS[code] ?? (cause.name === 'HTTPParserError' ? 'MalformedResponse' : 'Other');
  return { kind, example: cause.message.slice(0, 256) };
}

/** Node tries all addresses of a name and reports one error for each. */
function firstCause(error: Error): Error {
  return error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error;
}
