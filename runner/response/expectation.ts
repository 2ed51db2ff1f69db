import { microseconds } from '../../api/common/duration.ts';
import type { RequestSpec } from '../../api/loadtest/request.ts';
import type { Expect } from '../../api/loadtest/response/expect.ts';
import { type Inspection, inspectionOf } from './inspection.ts';
import type { EventLimits } from './stream-events.ts';

/** The expectations on a response, prepared for the hot path. */
export type ResponseExpectation = {
  expectsStatus: (status: number) => boolean;
  /** The same in words: "below 400". */
  expectedStatus: string;
  /** A text that the body must contain, searched for while it arrives, unless the body has a content coding. */
  expectsBody: Buffer | null;
  /** Whether the response's headers are needed. */
  wantsHeaders: boolean;
  /** A larger body is the failure BodyTooLarge. */
  maxBodyBytes: number;
  /** When a response of events is complete; null: it ends by itself. */
  events: EventLimits | null;
  /** The inspection of the whole response; null: none. */
  inspection: Inspection | null;
  /** The inspection of a response whose body has a content coding, where it includes the text; null: the same. */
  codedInspection: Inspection | null;
  /** How a protocol of messages reads those of the response; absent: HTTP. */
  messages?: MessageFormat;
};

/** `toJson` throws for bytes that are no message. */
export type MessageFormat = { isStream: boolean; toJson(message: Uint8Array): unknown };

/** The expectations of a request. `wantsHeaders`: it needs the headers of the response for more than its expectations. */
export function responseExpectation(
  { expect, extract }: RequestSpec,
  { wantsHeaders }: { wantsHeaders: boolean },
): ResponseExpectation {
  const inspection = inspectionOf(expect, extract);
  const streamed = expect?.bodyContains;
  return {
    ...statusExpectation(expect?.status),
    expectsBody: streamed === undefined ? null : Buffer.from(streamed),
    wantsHeaders: wantsHeaders || inspection !== null,
    maxBodyBytes: expect?.maxBodyBytes ?? inspection?.maxBytes ?? Number.POSITIVE_INFINITY,
    events: eventLimits(expect),
    inspection,
    codedInspection: streamed === undefined ? null : inspectionOf(expect, extract, streamed),
  };
}

/** The limits of a stream of events; null: it ends by itself. */
export function eventLimits({ events, eventsFor }: Expect = {}): EventLimits | null {
  if (events === undefined && eventsFor === undefined) return null;
  const forUs = eventsFor === undefined ? Number.POSITIVE_INFINITY : microseconds(eventsFor);
  return { count: events ?? Number.POSITIVE_INFINITY, forUs };
}

/** The part of the expectations that a column of the data can hold. */
export type StatusExpectation = Pick<ResponseExpectation, 'expectsStatus' | 'expectedStatus'>;

/** The expectation of statuses by patterns such as "200" and "2xx"; without any, of all below 400. For all requests of a load. */
function statusExpectation(patterns: readonly string[] | undefined): StatusExpectation {
  if (patterns === undefined) return { expectsStatus: (status) => status < 400, expectedStatus: 'below 400' };
  const { expectsStatus, expectedStatus } = statusOfRow(patterns);
  const expected = new Set(Array.from({ length: 500 }, (_, i) => 100 + i).filter(expectsStatus));
  return { expectsStatus: (status) => expected.has(status), expectedStatus };
}

/** The expectation of statuses of one request: cheap to make, and slower to ask. */
export function statusOfRow(patterns: readonly string[]): StatusExpectation {
  return {
    expectsStatus: (status) => patterns.some((p) => p === String(status) || p === `${Math.floor(status / 100)}xx`),
    expectedStatus: patterns.length === 1 ? patterns[0]! : `one of ${patterns.join(', ')}`,
  };
}
