import type { LookupFunction } from 'node:net';
import { hostOf } from './host.ts';
import type { TlsOptions } from './tls.ts';

/** A forward proxy between us and the target. */
export type ForwardProxy = {
  url: URL;
  /** The value of Proxy-Authorization. */
  authorization: string | undefined;
};

/** Where a transport's requests go. */
export type Destination = {
  /** Of its parts only scheme, host and port matter: paths come with the requests. */
  url: URL;
  lookup: LookupFunction;
  /** How many connections there are at most; Infinity: as many as are needed. */
  connections: number;
  /** Whether a connection is used for one request after the other, where the protocol leaves a choice. */
  keepAlive: boolean;
  /** Of an https URL. */
  security?: TlsOptions;
  proxy?: ForwardProxy;
  /** The path of a Unix socket in the place of an address. */
  unixSocket?: string;
  /** The addresses that connections come from, in turn; none: whichever the system takes. */
  localAddresses?: readonly string[];
};

/** Where a destination's connections lead, as node:net and node:tls take it. */
export function addressOf({ url, lookup, security, proxy, unixSocket }: Destination) {
  if (unixSocket !== undefined) return { path: unixSocket };
  const to = proxy?.url ?? url;
  const port = proxy === undefined ? portOf(url, security) : portOf(to);
  return { host: hostOf(to), port, lookup, noDelay: true };
}

export function portOf(url: URL, security?: TlsOptions): number {
  if (url.port !== '') return Number(url.port);
  return security === undefined ? 80 : 443;
}
