/** Why a request ended without a response, in words that a person who tests a service understands; docs/errors.md explains each. */
export type Failure = { kind: string; example: string };

/** With this alert a server refuses the one protocol that it was asked for; the error does not say which that was. */
export const NO_COMMON_PROTOCOL = 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL';

/** Codes of errors of Node and undici. Where several layers meet the same event, they have one kind. */
const KINDS: Record<string, string> = {
  ENOTFOUND: 'DNSNotFound',
  EAI_AGAIN: 'DNSUnavailable',
  ECONNREFUSED: 'ConnectionRefused',
  // Of a Unix socket; nothing else that a transport does has a path.
  ENOENT: 'SocketNotFound',
  ECONNRESET: 'ConnectionReset',
  EPIPE: 'ConnectionReset',
  UND_ERR_SOCKET: 'ConnectionClosed',
  ERR_HTTP2_GOAWAY_SESSION: 'ConnectionClosed',
  ERR_HTTP2_INVALID_SESSION: 'ConnectionClosed',
  ERR_HTTP2_SESSION_ERROR: 'ConnectionClosed',
  ETIMEDOUT: 'TimedOutConnecting',
  EHOSTUNREACH: 'HostUnreachable',
  ENETUNREACH: 'HostUnreachable',
  EHOSTDOWN: 'HostUnreachable',
  ENETDOWN: 'HostUnreachable',
  // What a firewall's reject rule with "administratively prohibited" comes as.
  EACCES: 'HostUnreachable',
  EPROTO: 'TLSHandshakeFailed',
  [NO_COMMON_PROTOCOL]: 'HTTP1NotOffered',
  ERR_TLS_CERT_ALTNAME_INVALID: 'TLSCertificateInvalid',
  UND_ERR_HEADERS_OVERFLOW: 'HeadersTooLarge',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'MalformedResponse',
  ERR_HTTP2_ERROR: 'MalformedResponse',
  ERR_HTTP2_STREAM_ERROR: 'StreamReset',
  // The generator's own limits, not the target's.
  EADDRNOTAVAIL: 'PortsExhausted',
  EADDRINUSE: 'PortsExhausted',
  EMFILE: 'FileDescriptorsExhausted',
  ENFILE: 'FileDescriptorsExhausted',
};

/** OpenSSL's reasons why it does not trust a certificate, as Node names them. */
const CERTIFICATE =
  /^(UNABLE_TO_|CERT_|CRL_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT_IN_CHAIN$|ERROR_IN_CERT_|INVALID_(CA|PURPOSE)$|PATH_LENGTH_EXCEEDED$|(HOSTNAME|IP_ADDRESS)_MISMATCH$)/;

/** undici's parser and OpenSSL have one code for each thing that can be wrong. */
const FAMILIES: readonly [code: RegExp, kind: string][] = [
  [CERTIFICATE, 'TLSCertificateInvalid'],
  [/^ERR_(SSL|TLS)_/, 'TLSHandshakeFailed'],
  [/^HPE_/, 'MalformedResponse'],
];

/** Node's error for a connection that the server ended during the handshake has the code of a reset. */
const HANDSHAKE_CUT_OFF = 'before secure TLS connection was established';

/** The request hit its time-out after it was written. */
export const TIMED_OUT_WAITING = 'TimedOutWaiting';

/** The time-out passed before there was a connection to write to. */
export const TIMED_OUT_CONNECTING = 'TimedOutConnecting';

/** The address is one that no load goes to. */
export const ADDRESS_DENIED = 'AddressDenied';

/** An error that a transport of ours found, with the kind that it is counted as. */
export class TransportError extends Error {
  readonly kind: string;

  constructor(kind: string, message: string) {
    super(message);
    this.kind = kind;
  }
}

export function connectionClosed(): TransportError {
  return new TransportError('ConnectionClosed', 'the server closed the connection before the response was complete');
}

/** The failure that an error of the transport stands for. */
export function failureOf(error: Error): Failure {
  const cause = firstCause(error);
  const example = cause.message.slice(0, 256);
  if (cause instanceof TransportError) return { kind: cause.kind, example };
  if (cause.message.includes(HANDSHAKE_CUT_OFF)) return { kind: 'TLSHandshakeFailed', example };
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  const kind = KINDS[code] ?? FAMILIES.find(([codes]) => codes.test(code))?.[1];
  return { kind: kind ?? (cause.name === 'HTTPParserError' ? 'MalformedResponse' : 'Other'), example };
}

/** Node tries all addresses of a name and reports one error for each; a stream names the error of its session as the cause. */
function firstCause(error: Error): Error {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return error.errors[0];
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ERR_HTTP2_STREAM_CANCEL' && error.cause instanceof Error ? error.cause : error;
}
