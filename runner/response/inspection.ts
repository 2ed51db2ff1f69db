import { DEFAULT_MAX_BODY } from '../../api/common/sizes.ts';
import type { Expect, Extract } from '../../api/loadtest/expect.ts';
import type { Failure } from '../transport/error-kind.ts';
import type { ResponseHeaders } from '../transport/message.ts';
import { checksOf, extractorOf } from './checks.ts';
import { decode } from './decoding.ts';
import type { Mismatch } from './mismatch.ts';
import { ParsedResponse } from './parsed-response.ts';

/** A whole answer, for what cannot be told from its status and passing bytes alone; `arrival` is the number of the request's. */
export type ReceivedResponse = { status: number; headers: ResponseHeaders; body: Buffer; arrival: number };

/** What an inspection finds: a failure to decode, or whether the answer is as expected, and why not. */
export type Finding = { failure: Failure } | { expected: boolean; reason?: Mismatch };

/** Looks at whole answers; values that it extracts are put into `session`. */
export type Inspection = {
  maxBytes: number;
  inspect: (response: ReceivedResponse, session: Map<string, string>) => Finding;
};

/** What is to be inspected of an answer; null when passing bytes say all. `decodes`: the request asks for encoded bodies. */
export function inspectionOf(
  expect: Expect | undefined,
  extract: readonly Extract[] | undefined,
  decodes: boolean,
): Inspection | null {
  const { bodyContains, maxBodyBytes = DEFAULT_MAX_BODY } = expect ?? {};
  const checks = checksOf(expect ?? {}, decodes ? bodyContains : undefined);
  const extractors = (extract ?? []).map((one) => [one.name, extractorOf(one)] as const);
  if (checks.length === 0 && extractors.length === 0) return null;
  return {
    maxBytes: maxBodyBytes,
    inspect(response, session) {
      const decoded = decode(response, maxBodyBytes);
      if ('failure' in decoded) return decoded;
      const parsed = new ParsedResponse(response.headers, decoded.body);
      for (const check of checks) {
        const reason = check(parsed);
        if (reason !== undefined) return { expected: false, reason };
      }
      for (const [name, find] of extractors) {
        const found = find(parsed);
        if ('missing' in found) return { expected: false, reason: found.missing };
        session.set(name, found.value);
      }
      return { expected: true };
    },
  };
}
