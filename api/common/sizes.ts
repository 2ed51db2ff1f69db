/** The greatest body that is held in memory to be looked at, where a spec says nothing else. */
export const DEFAULT_MAX_BODY = 1024 * 1024;

/** How many different unexpected answers are kept. */
export const MAX_UNEXPECTED = 10;

/** How many statuses, and how many kinds of errors, a status tells of each request. */
export const MAX_OUTCOMES = 10;

/** What a script's setup may answer with, in bytes of JSON: it goes to every runner with the start of the load. */
export const MAX_SETUP_BYTES = 64 * 1024;

/** What the runner itself says of the connection and of the body's extent; a second opinion would break the framing. */
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
 * Addresses that no load goes to unless somebody says otherwise: link-local ones, and where clouds tell a machine its credentials
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
