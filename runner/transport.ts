import type { PreparedRequest } from './requests.ts';

/**
 * What a lane says of the request that it carries, in this order: `written` once, `head` (again after an informational answer),
 * `data` any number of times, then `end` or, at any point, `failed`. Nothing is said after that or after `cancel`.
 */
export interface LaneEvents {
  written(): void;
  head(status: number): void;
  data(chunk: Buffer): void;
  end(): void;
  failed(error: Error): void;
}

/** One connection's worth of transport: it carries one request at a time and connects when it has to. */
export interface Lane {
  send(request: PreparedRequest): void;
  /** Gives up the request that is under way, and its connection with it. */
  cancel(): void;
  close(): void;
}

export interface Transport {
  open(events: LaneEvents): Lane;
}
