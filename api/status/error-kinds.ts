/** Every kind of error in a result, explained in docs/errors.md. Each can be the metric of a threshold. */
export const ERROR_KINDS = [
  'AddressDenied',
  'DNSNotFound',
  'DNSUnavailable',
  'ConnectionRefused',
  'HostUnreachable',
  'TimedOutConnecting',
  'TLSCertificateInvalid',
  'TLSHandshakeFailed',
  'HTTP1NotOffered',
  'HTTP2NotOffered',
  'TimedOutWaiting',
  'ConnectionReset',
  'ConnectionClosed',
  'StreamReset',
  'MalformedResponse',
  'HeadersTooLarge',
  'BodyTooLarge',
  'NotGRPC',
  'MessageTooLarge',
  'TooManyRedirects',
  'RequestInvalid',
  'ScriptError',
  'ProxyRefused',
  'SocketNotFound',
  'PortsExhausted',
  'FileDescriptorsExhausted',
  'Other',
] as const;

/** A kind of error that the runner counts. */
export type ErrorKind = (typeof ERROR_KINDS)[number];

/** The kinds that only calls of gRPC can have, and those that they cannot have: they have no redirects, scripts and bodies of HTTP. */
export const GRPC_ERROR_KINDS = ['NotGRPC', 'MessageTooLarge'] as const satisfies ErrorKind[];
export const HTTP_ERROR_KINDS = ['BodyTooLarge', 'TooManyRedirects', 'ScriptError'] as const satisfies ErrorKind[];

/** The kinds of errors that the generator's machine causes, and not the target. */
export const GENERATOR_ERROR_KINDS = ['PortsExhausted', 'FileDescriptorsExhausted'] as const satisfies ErrorKind[];
export type GeneratorErrorKind = (typeof GENERATOR_ERROR_KINDS)[number];
