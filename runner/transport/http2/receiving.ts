import type { ErrorKind } from '../../../api/status/error-kinds.ts';
import type { HeadCache } from '../head-cache.ts';
import type { BodySender } from './body-sender.ts';
import type { ClosedStreams } from './closed-streams.ts';
import { ENHANCE_YOUR_CALM, PROTOCOL_ERROR, STREAM_CLOSED } from './frames/error-codes.ts';
import { PADDED } from './frames/frame.ts';
import type { Output } from './frames/output.ts';
import type { ServerSettings } from './frames/settings.ts';
import type { IdleFrames } from './idle-frames.ts';
import type { ParsedHead } from './response-head.ts';
import type { Http2Stream } from './stream.ts';
import type { StreamTable } from './stream-table.ts';

/** A header block that means the same on every connection; `needsEmptyTable`: whose decoder keeps nothing. */
export type CachedBlock = { head: ParsedHead; needsEmptyTable: boolean };

/** The connection whose frames are received. */
export interface Receiving {
  readonly streams: StreamTable<Http2Stream>;
  readonly closed: ClosedStreams;
  readonly bodies: BodySender;
  readonly output: Output;
  readonly idleFrames: IdleFrames;
  /** Shared by the connections of a transport. */
  readonly headCache: HeadCache<CachedBlock>;
  /** The identifier of the last stream that was opened; less than the first one: none. */
  readonly lastOpened: number;
  /** The server has sent its settings, `windowChange` more bytes for each stream among them. */
  settings(settings: ServerSettings, windowChange: number): void;
  /** The server takes no stream above `lastStream`. */
  goaway(lastStream: number, code: number): void;
  /** The server has violated the protocol, which ends the connection. */
  violated(code: number, what: string, kind?: ErrorKind): void;
}

/** A frame has carried nothing on; too many end the connection. */
export function idle(to: Receiving): void {
  if (!to.idleFrames.add()) to.violated(ENHANCE_YOUR_CALM, 'too many frames that carry nothing on');
}

/** Whether a stream was never opened: only this client opens streams, with odd identifiers that count up. */
export function isUnopened(id: number, to: Receiving): boolean {
  return id > to.lastOpened || (id & 1) === 0;
}

/** Whether the server may send a response on a stream that is not open; otherwise the connection ends. */
export function mayContinue(id: number, to: Receiving): boolean {
  if (isUnopened(id, to)) to.violated(PROTOCOL_ERROR, `a response on stream ${id}, which is not open`);
  else if (to.closed.mayContinue(id)) return true;
  else to.violated(STREAM_CLOSED, `a response on stream ${id}, which has ended`);
  return false;
}

/** The end of a payload without its padding; -1 when there is less payload than padding, which ends the connection. */
export function endWithoutPadding(flags: number, bytes: Buffer, from: number, end: number, to: Receiving): number {
  if ((flags & PADDED) === 0) return end;
  const padding = from < end ? bytes[from]! : Number.POSITIVE_INFINITY;
  if (from + 1 + padding <= end) return end - padding;
  to.violated(PROTOCOL_ERROR, 'padding that is longer than its frame');
  return -1;
}
