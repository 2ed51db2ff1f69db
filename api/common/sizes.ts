/** Default limit for a response body that is buffered for inspection. */
export const DEFAULT_MAX_BODY = 1024 * 1024;

/** Default limit for a message of a gRPC response, as in gRPC's own libraries. */
export const DEFAULT_MAX_MESSAGE = 4 * 1024 * 1024;

/** How many different unexpected responses a result keeps. */
export const MAX_UNEXPECTED = 10;

/** How much of the body of an unexpected response, and of the reason, a result keeps, in bytes. */
export const MAX_SHOWN_BYTES = 256;

/** How many statuses, and how many kinds of errors, a LoadTest's status lists per request. */
export const MAX_OUTCOMES = 10;

/** How many addresses of its target a LoadTest's status lists, and how many a runner counts apart. */
export const MAX_ADDRESSES = 20;
export const MAX_MEASURED_ADDRESSES = 100;

/** How many traces of each kind a result keeps. */
export const MAX_KEPT_TRACES = 10;

/** Maximum size of the value that a script's setup returns, in bytes of JSON. Every runner receives it with the start of the load. */
export const MAX_SETUP_BYTES = 64 * 1024;

/** Headers that describe the connection and the framing of the body. The runner sets them; a second value would break the framing. */
export const FRAMING_HEADERS = [
  'connection',
  'content-length',
  'expect',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/**
 * Addresses denied by default: link-local ones and the metadata endpoints where clouds serve a machine's credentials
 * (AWS, Google Cloud, Azure and OpenStack at 169.254.169.254, AWS also in fd00:ec2::/32, Google Cloud at fd20:ce::254, Azure's platform
 * at 168.63.129.16, Alibaba Cloud at 100.100.100.200, Oracle Cloud at 192.0.0.192).
 */
export const DENIED_ADDRESSES = [
  '169.254.0.0/16',
  'fe80::/10',
  'fd00:ec2::/32',
  'fd20:ce::254/128',
  '168.63.129.16/32',
  '100.100.100.200/32',
  '192.0.0.192/32',
] as const;
