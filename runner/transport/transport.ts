import type { OutgoingRequest, ResponseHeaders } from './message.ts';

/**
 * What a lane says of the request that it carries, in this order: `written` once, `head` (again after an informational answer),
 * `data` any number of times, then `end` or, at any point, `failed`. Nothing is said after that or after `cancel`.
 */
export interface ConnectionEvents {
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
export interface Connection {
  /** Whether a request can be written at once, as there is a connection. */
  readonly connected: boolean;
  send(request: OutgoingRequest): void;
  /** Gives up the request that is under way, and its connection with it. */
  cancel(): void;
  close(): void;
}

export interface Transport {
  /** How many lanes there may be; Infinity: any number. */
  readonly connections: number;
  open(events: ConnectionEvents): Connection;
}
