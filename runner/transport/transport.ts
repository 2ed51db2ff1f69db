import type { LookupFunction } from 'node:net';
import type { ForwardProxy } from './connect/proxy.ts';
import { hostOf } from './connect/host.ts';
import type { PreparedRequest } from '../request/prepare.ts';
import type { Security } from './connect/tls.ts';

/** All heads of one response together: status lines, headers, trailers, those of informational answers included. */
export const MAX_HEAD_BYTES = 64 * 1024;

/** Headers of an answer, their names in lower case; of a name that came several times all values. */
export type ResponseHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * What a lane says of the request that it carries, in this order: `written` once, `head` (again after an informational answer),
 * `data` any number of times, then `end` or, at any point, `failed`. Nothing is said after that or after `cancel`.
 */
export interface LaneEvents {
  /** Whether nothing of the body matters; then `data` may be left out. It may change with `head`. */
  readonly indifferent?: boolean;
  written(): void;
  /** `headers` are given when the request wants them. */
  head(status: number, headers?: ResponseHeaders): void;
  data(chunk: Buffer): void;
  /** `idleLimit`: for how many microseconds the connection may be idle before its next request; without it, for any time. */
  end(idleLimit?: number): void;
  failed(error: Error): void;
}

/** One connection's worth of transport: it carries one request at a time and connects when it has to. */
export interface Lane {
  /** Whether a request can be written at once, as there is a connection. */
  readonly connected: boolean;
  send(request: PreparedRequest): void;
  /** Gives up the request that is under way, and its connection with it. */
  cancel(): void;
  close(): void;
}

export interface Transport {
  /** How many lanes there may be; Infinity: any number. */
  readonly lanes: number;
  open(events: LaneEvents): Lane;
}

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
  security?: Security;
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

export function portOf(url: URL, security?: Security): number {
  if (url.port !== '') return Number(url.port);
  return security === undefined ? 80 : 443;
}
