import type { Expect } from '../../api/loadtest/expect.ts';
import type { RequestSpec } from '../../api/loadtest/request.ts';
import { type Inspection, inspectionOf } from './inspection.ts';

/** What a response must be. */
export type ResponseExpectation = {
  expectsStatus: (status: number) => boolean;
  /** The same in words. */
  expectedStatus: string;
  expectsBody: Buffer | null;
  /** Whether the response's headers are needed. */
  wantsHeaders: boolean;
  /** A greater body is a failure. */
  maxBodyBytes: number;
  /** What is inspected in the response as a whole. */
  inspection: Inspection | null;
};

/** What an answer must be. Who asks for encoded bodies gets them decoded before they are looked at. */
export function responseExpectation(
  { expect, extract }: RequestSpec,
  { decodes, wantsHeaders }: { decodes: boolean; wantsHeaders: boolean },
): ResponseExpectation {
  const inspection = inspectionOf(expect, extract, decodes);
  const passing = decodes ? undefined : expect?.bodyContains;
  return {
    expectsStatus: statusExpectation(expect),
    expectedStatus: statusInWords(expect),
    expectsBody: passing === undefined ? null : Buffer.from(passing),
    wantsHeaders: wantsHeaders || inspection !== null,
    maxBodyBytes: expect?.maxBodyBytes ?? inspection?.maxBytes ?? Number.POSITIVE_INFINITY,
    inspection,
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
