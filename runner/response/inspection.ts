import { DEFAULT_MAX_BODY } from '../../api/common/sizes.ts';
import type { Expect } from '../../api/loadtest/response/expect.ts';
import type { Extract } from '../../api/loadtest/response/extract.ts';
import type { Failure } from '../transport/error-kind.ts';
import type { ResponseHeaders } from '../transport/message.ts';
import { bodyChecksOf, headerChecksOf } from './checks.ts';
import { type Decoded, decode } from './decoding.ts';
import { extractorOf } from './extract.ts';
import type { Mismatch } from './mismatch.ts';
import { ParsedResponse } from './parsed-response.ts';

/** A whole response; `arrival` is the number of the arrival that it belongs to. */
export type ReceivedResponse = { status: number; headers: ResponseHeaders; body: Buffer; arrival: number };

/** The result of judging a response: a failure, such as one to decode, or whether it is as expected, and the mismatch. */
export type Judgement = { failure: Failure } | { expected: boolean; reason?: Mismatch };

/** A judgement, or one that is passed to a function later, such as that of a script. */
export type Finding = Judgement | { later: (judged: (judgement: Judgement) => void) => void };

/** Inspects whole responses, with a body of up to `maxBytes`. Adds extracted values to `session`. */
export type Inspection<F extends Finding = Finding> = {
  maxBytes: number;
  inspect: (response: ReceivedResponse, session: Map<string, string>) => F;
};

/**
 * The inspection that expectations and extractions need; null when status and streamed bytes are enough. `text`: a text that the decoded body
 * must contain, where it is not searched for while it arrives.
 */
export function inspectionOf(
  expect: Expect | undefined,
  extract: readonly Extract[] | undefined,
  text?: string,
): Inspection<Judgement> | null {
  const { maxBodyBytes = DEFAULT_MAX_BODY } = expect ?? {};
  const steps: Step[] = [
    ...headerChecksOf(expect ?? {}).map((check) => ({ ofBody: false, take: check })),
    ...bodyChecksOf(expect ?? {}, text).map((check) => ({ ofBody: true, take: check })),
    ...(extract ?? []).map((one) => ({ ofBody: one.header === undefined, take: extraction(one) })),
  ];
  if (steps.length === 0) return null;
  return {
    maxBytes: maxBodyBytes,
    inspect(response, session) {
      const decoded = decode(response, maxBodyBytes);
      if ('failure' in decoded) return decoded;
      const parsed = new ParsedResponse(response.headers, decoded.body);
      for (const { ofBody, take } of steps) {
        const reason = take(parsed, session);
        if (reason !== undefined) return { expected: false, reason: ofBody ? withCoding(reason, decoded) : reason };
      }
      return { expected: true };
    },
  };
}

/** A check or an extraction, in the order of the inspection; it returns what it misses. */
type Step = {
  /** Whether it concerns the body, and not a header. */
  ofBody: boolean;
  take: (response: ParsedResponse, session: Map<string, string>) => Mismatch | undefined;
};

function extraction(one: Extract): Step['take'] {
  const find = extractorOf(one);
  return (response, session) => {
    const found = find(response);
    if ('missing' in found) return found.missing;
    session.set(one.name, found.value);
    return undefined;
  };
}

/** A mismatch of a body. It names a coding that the runner does not know, which is more likely the cause than the content. */
function withCoding(reason: Mismatch, { undecoded }: Decoded): Mismatch {
  if (undecoded === undefined) return reason;
  return (shown) => {
    const mismatch = typeof reason === 'string' ? reason : reason(shown);
    return `${mismatch}; its content-encoding ${shown(undecoded)} is not decoded`;
  };
}
