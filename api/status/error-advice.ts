import type { ErrorKind } from './error-kinds.ts';

/** What to check after errors of each kind; docs/errors.md says the same in its last column. */
export const ERROR_ADVICE: Readonly<Record<ErrorKind, string>> = {
  AddressDenied: 'limits.deniedAddresses of the chart; --allow-address of loadtest run',
  DNSNotFound: 'target.url; the Service and its namespace',
  DNSUnavailable: "the cluster's DNS; network policies",
  ConnectionRefused: 'whether the target runs; its port',
  HostUnreachable: 'network policies, routes',
  TimedOutConnecting: 'a full backlog, dropped packets, SETTINGS_MAX_CONCURRENT_STREAMS',
  TLSCertificateInvalid: 'target.tls.caFrom, target.tls.serverName',
  TLSHandshakeFailed:
    'target.tls.minVersion for old targets; target.tls.clientCertificateSecretRef; http instead of https',
  HTTP1NotOffered: 'target.http.version: HTTP2',
  HTTP2NotOffered: 'target.http.version',
  TimedOutWaiting: 'the target',
  ConnectionReset: 'crashes, load balancers, limits',
  ConnectionClosed:
    'crashes, limits, a keep-alive timeout shorter than the pauses (if the server announces it with keep-alive: timeout=5, the runner closes first); for a server that closes idle connections unannounced, target.http.keepAlive: false',
  StreamReset: "for NO_ERROR and CANCEL the backend of a proxy; for REFUSED_STREAM the target's limits",
  MalformedResponse:
    'docs/notes/0022-where-the-transports-differ.md; target.http.transport: Undici, or NodeHTTP2 over HTTP/2, as a second opinion',
  HeadersTooLarge: 'the target',
  BodyTooLarge: 'the target; the limit',
  NotGRPC: 'target.url, which a proxy or a server of HTTP may answer; its port',
  MessageTooLarge: 'the target; target.grpc.maxMessageBytes',
  TooManyRedirects: 'a redirect loop; the limit',
  RequestInvalid:
    'over HTTP a header that must not repeat, such as user-agent; of a gRPC message the values of its variables',
  ScriptError: 'the script: the example has file and line; docs/script.md',
  ProxyRefused: 'target.http.proxy and its auth; the rules of the proxy',
  SocketNotFound: 'target.http.unixSocket; whether the target runs',
  PortsExhausted: 'more runners or local addresses; keep-alive',
  FileDescriptorsExhausted: 'more runners; the limit of open files',
  Other: 'please report it',
};
