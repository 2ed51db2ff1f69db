import type { ErrorKind } from '../../api/status/error-kinds.ts';
import { tlsFault } from './tls-faults.ts';

/** Why a request ended without a response: its kind, which docs/errors.md explains, and an example of the error's message. */
export type Failure = { kind: ErrorKind; example: string };

/** The TLS alert of a server that refuses the one ALPN protocol offered; the error does not name that protocol. */
export const NO_COMMON_PROTOCOL = 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL';

/** Error codes of Node and undici. An event that several layers report has one kind. */
const KINDS: Record<string, ErrorKind> = {
  ENOTFOUND: 'DNSNotFound',
  EAI_AGAIN: 'DNSUnavailable',
  ECONNREFUSED: 'ConnectionRefused',
  // A Unix socket; nothing else in a transport has a path.
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
  // A firewall that rejects with "administratively prohibited".
  EACCES: 'HostUnreachable',
  EPROTO: 'TLSHandshakeFailed',
  [NO_COMMON_PROTOCOL]: 'HTTP1NotOffered',
  // A certificate that OpenSSL rejects for a reason without a code, such as a key that is too weak.
  UNSPECIFIED: 'TLSCertificateInvalid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'TLSCertificateInvalid',
  UND_ERR_HEADERS_OVERFLOW: 'HeadersTooLarge',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'MalformedResponse',
  ERR_HTTP2_ERROR: 'MalformedResponse',
  ERR_HTTP2_STREAM_ERROR: 'StreamReset',
  // Limits of the generator, not of the target.
  EADDRNOTAVAIL: 'PortsExhausted',
  EADDRINUSE: 'PortsExhausted',
  EMFILE: 'FileDescriptorsExhausted',
  ENFILE: 'FileDescriptorsExhausted',
};

/** OpenSSL's reasons for not trusting a certificate, as Node names them. */
const CERTIFICATE =
  /^(UNABLE_TO_|CERT_|CRL_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT_IN_CHAIN$|ERROR_IN_CERT_|INVALID_(CA|PURPOSE)$|PATH_LENGTH_EXCEEDED$|(HOSTNAME|IP_ADDRESS)_MISMATCH$)/;

/** OpenSSL and undici's parser have a code for each possible fault. */
const FAMILIES: readonly [code: RegExp, kind: ErrorKind][] = [
  [CERTIFICATE, 'TLSCertificateInvalid'],
  [/^ERR_(SSL|TLS)_/, 'TLSHandshakeFailed'],
  [/^HPE_/, 'MalformedResponse'],
];

/** Node reports a connection that the server closed during the handshake with the code of a reset. */
const HANDSHAKE_CUT_OFF = 'before secure TLS connection was established';

/** The request timed out after it was written. */
export const TIMED_OUT_WAITING = 'TimedOutWaiting';

/** The request timed out before a connection could take it. */
export const TIMED_OUT_CONNECTING = 'TimedOutConnecting';

/** The address is in a denied range. */
export const ADDRESS_DENIED = 'AddressDenied';

/** An error that our own code detects, with its kind. */
export class TransportError extends Error {
  readonly kind: ErrorKind;

  constructor(kind: ErrorKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

export function connectionClosed(): TransportError {
  return new TransportError('ConnectionClosed', 'the server closed the connection before the response was complete');
}

/**
 * A connection that the server closed while idle, as the next request was written. No client can avoid that without an announcement; many
 * send such a request again, which would hide from a load test that the server does it.
 */
export function closedWhileIdle(cause?: Error): TransportError {
  const kind = cause === undefined ? 'ConnectionClosed' : failureOf(cause).kind;
  return new TransportError(
    kind,
    'the server closed a kept connection before any byte of the response: it gave up an idle one unannounced (target.http.keepAlive: false avoids that), or it broke off',
  );
}

/** Classifies an error of a transport. */
export function failureOf(error: Error): Failure {
  const cause = rootCause(error);
  const example = (tlsFault(cause) ?? cause.message).slice(0, 256);
  if (cause instanceof TransportError) return { kind: cause.kind, example };
  if (cause.message.includes(HANDSHAKE_CUT_OFF)) return { kind: 'TLSHandshakeFailed', example };
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  const kind = KINDS[code] ?? FAMILIES.find(([codes]) => codes.test(code))?.[1];
  return { kind: kind ?? (cause.name === 'HTTPParserError' ? 'MalformedResponse' : 'Other'), example };
}

/** A stream's error has the error of its session as its cause. */
function rootCause(error: Error): Error {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ERR_HTTP2_STREAM_CANCEL' && error.cause instanceof Error ? error.cause : error;
}
