import type { LookupFunction } from 'node:net';
import { hostOf } from '../../../model/common/host.ts';
import type { DialFigures } from './dial-figures.ts';
import type { LifetimeLimits } from './lifetime.ts';
import type { TlsOptions } from './tls.ts';

/** A forward proxy on the way to the target. */
export type ForwardProxy = {
  url: URL;
  /** The value of Proxy-Authorization. */
  authorization: string | undefined;
};

/** Where the requests of a transport go, and how its connections are made. */
export type Destination = {
  /** Only scheme, host and port matter: the paths come with the requests. */
  url: URL;
  lookup: LookupFunction;
  /** The timeout of a request, of which each of several addresses gets a share. Absent: none. */
  timeoutMs?: number;
  /** The maximum number of connections; Infinity: any number. */
  connections: number;
  /** Whether a connection carries several requests, where the protocol leaves a choice. */
  keepAlive: boolean;
  /** How long a connection carries requests. Absent: as long as the server keeps it open. */
  lifetime?: LifetimeLimits;
  /** Present for an https URL. */
  security?: TlsOptions;
  proxy?: ForwardProxy;
  /** The path of a Unix socket that replaces the address. */
  unixSocket?: string;
  /** The source addresses of connections, in rotation. Absent: the system chooses. */
  localAddresses?: readonly string[];
  /** Counts the connections. */
  figures?: DialFigures;
};

/** Where a socket connects to, as options of node:net and node:tls. */
export type Endpoint = { path: string } | { host: string; port: number; noDelay: boolean };

/** The peer of a destination's connections; its host may be a name. */
export function addressOf({ url, security, proxy, unixSocket }: Destination): Endpoint {
  if (unixSocket !== undefined) return { path: unixSocket };
  const peer = proxy?.url ?? url;
  const port = proxy === undefined ? portOf(url, security) : portOf(peer);
  return { host: hostOf(peer), port, noDelay: true };
}

export function portOf(url: URL, security?: TlsOptions): number {
  if (url.port !== '') return Number(url.port);
  return security === undefined ? 80 : 443;
}
