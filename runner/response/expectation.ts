import type { RequestSpec } from '../../api/loadtest/request.ts';
import type { Expect } from '../../api/loadtest/response/expect.ts';
import { type Inspection, inspectionOf } from './inspection.ts';

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
  /** The inspection of the whole response; null: none. */
  inspection: Inspection | null;
  /** The inspection of a response whose body has a content coding, where it includes the text; null: the same. */
  codedInspection: Inspection | null;
};

/** The expectations of a request. `wantsHeaders`: it needs the headers of the response for more than its expectations. */
export function responseExpectation(
  { expect, extract }: RequestSpec,
  { wantsHeaders }: { wantsHeaders: boolean },
): ResponseExpectation {
  const inspection = inspectionOf(expect, extract);
  const streamed = expect?.bodyContains;
  return {
    expectsStatus: statusExpectation(expect),
    expectedStatus: statusInWords(expect),
    expectsBody: streamed === undefined ? null : Buffer.from(streamed),
    wantsHeaders: wantsHeaders || inspection !== null,
    maxBodyBytes: expect?.maxBodyBytes ?? inspection?.maxBytes ?? Number.POSITIVE_INFINITY,
    inspection,
    codedInspection: streamed === undefined ? null : inspectionOf(expect, extract, streamed),
  };
}

function statusExpectation(expect: Expect | undefined): (status: number) => boolean {
  const patterns = expect?.status;
  if (patterns === undefined) return (status) => status < 400;
  const expected = new Set<number>();
  for (let status = 100; status < 600; status++) {
    if (patterns.some((p) => p === String(status) || p === `${Math.floor(status / 100)}xx`)) expected.add(status);
  }
  return (status) => expected.has(status);
}

function statusInWords({ status = ['below 400'] }: Expect = {}): string {
  return status.length === 1 ? status[0]! : `one of ${status.join(', ')}`;
}
