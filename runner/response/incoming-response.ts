import type { Failure } from '../transport/error-kind.ts';
import type { ResponseHeaders } from '../transport/message.ts';
import type { ResponseExpectation, StatusExpectation } from './expectation.ts';
import type { Inspection } from './inspection.ts';
import type { Mismatch } from './mismatch.ts';
import type { StreamEvents } from './stream-events.ts';

/**
 * A response while it arrives, as a protocol reads it: its status, and as much of it as the request's expectations need. One object receives
 * one response after another.
 */
export interface IncomingResponse {
  /** The status, from 0 to 999, once the response is complete. */
  readonly status: number;
  readonly headers: ResponseHeaders;
  /** Whether the head marks no time: the first byte is that of the body, and the time for events begins with the write of the request. */
  readonly headIsUntimed: boolean;
  /** The messages of a stream; 0 for another response. */
  readonly messages: number;
  /** Whether the body is of no interest. */
  readonly ignoresBody: boolean;
  /** The part of the body that expectations and examples see. */
  readonly body: Buffer;
  /** The events of the response, while it is as expected; null: it ends by itself. */
  readonly events: StreamEvents | null;
  /** The inspection of the whole response; null: none. */
  readonly inspection: Inspection | null;
  /** Whether all that was checked while it arrived is as expected. */
  readonly isExpected: boolean;
  /** The mismatch in that; undefined when there is none. */
  readonly reason: Mismatch | undefined;
  /** Why the response counts as an error: it is too large, or not one of the protocol. Final once `data` returns true, or at its end. */
  readonly failure: Failure | undefined;
  /** The next response is to `prepared`, with the status that its `message` expects. When it is unexpected, at least `shown` bytes of its body are kept. */
  expect(prepared: ResponseExpectation, message: StatusExpectation, shown: number): void;
  head(status: number, headers: ResponseHeaders | undefined, shown: number): void;
  /** Receives a chunk of the body; true when this chunk makes the response a failure, so that the rest of it is of no use. */
  data(chunk: Buffer): boolean;
  trailers(trailers: ResponseHeaders): void;
  forgetBody(): void;
}
