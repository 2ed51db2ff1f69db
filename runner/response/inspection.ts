import { DEFAULT_MAX_BODY } from '../../api/common/sizes.ts';
import type { Expect } from '../../api/loadtest/response/expect.ts';
import type { Extract } from '../../api/loadtest/response/extract.ts';
import type { Failure } from '../transport/error-kind.ts';
import type { ResponseHeaders } from '../transport/message.ts';
import { checksOf } from './checks.ts';
import { decode } from './decoding.ts';
import { extractorOf } from './extract.ts';
import type { Mismatch } from './mismatch.ts';
import { ParsedResponse } from './parsed-response.ts';

/** A whole response; `arrival` is the number of the arrival that it belongs to. */
export type ReceivedResponse = { status: number; headers: ResponseHeaders; body: Buffer; arrival: number };

/** The result of judging a response: a failure, such as one to decode, or whether it is as expected, and the mismatch. */
export type Finding = { failure: Failure } | { expected: boolean; reason?: Mismatch };

/** Inspects whole responses, with a body of up to `maxBytes`. Adds extracted values to `session`. */
export type Inspection = {
  maxBytes: number;
  inspect: (response: ReceivedResponse, session: Map<string, string>) => Finding;
};

/** The inspection that expectations and extractions need; null when status and streamed bytes are enough. `decodes`: the request accepts content codings. */
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
