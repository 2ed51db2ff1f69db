import { DEFAULT_MAX_BODY } from '../../api/common/sizes.ts';
import type { RequestSpec } from '../../api/loadtest/request.ts';
import type { PreparedRequest } from '../request/prepared-request.ts';
import { decode } from '../response/decoding.ts';
import { type Inspection, inspectionOf, type Judgement } from '../response/inspection.ts';
import type { Redact } from '../response/redact.ts';
import { type CallParts, callOf } from './call-fields.ts';
import type { CallQueue, Returned } from './call-queue.ts';
import type { Result } from './channel/from-script.ts';
import { scriptFailure } from './script-failure.ts';

export type CheckOptions = {
  calls: CallQueue;
  redact: Redact;
  /** Whether an iteration goes on with the judgement. */
  sequential: boolean;
};

const anyStatus = () => true;

/**
 * Request number `i` with a script's check, which judges its responses instead of `expect`. `extraction` takes values from responses that
 * pass the check; null for none.
 */
export function withCheck(
  parts: CallParts,
  i: number,
  extraction: Inspection<Judgement> | null,
  { calls, redact, sequential }: CheckOptions,
): PreparedRequest {
  const request = parts.requests[i]!;
  const { render } = request;
  const urgency = sequential ? 'Soon' : 'Eventually';
  const maxBytes = Number.isFinite(request.maxBodyBytes) ? request.maxBodyBytes : DEFAULT_MAX_BODY;
  const checked: PreparedRequest = {
    ...request,
    expectsStatus: anyStatus,
    expectsBody: null,
    codedInspection: null,
    redirects: request.redirects && { ...request.redirects, required: false },
    wantsHeaders: true,
    maxBodyBytes: maxBytes,
    inspection: {
      maxBytes,
      inspect(response, session) {
        const decoded = decode(response, maxBytes);
        if ('failure' in decoded) return decoded;
        const { status, headers } = response;
        const call = callOf(parts, i, response.arrival, session, { status, headers, body: decoded.body });
        const later = (judged: (judgement: Judgement) => void) => {
          const done = ({ result }: Returned) => {
            const judgement = judgementOf(result, redact);
            const passes = 'expected' in judgement && judgement.expected;
            judged(passes && extraction !== null ? extraction.inspect(response, session) : judgement);
          };
          calls.add(call, done, urgency);
        };
        return { later };
      },
    },
  };
  return render === null
    ? checked
    : { ...checked, render: (scope) => ({ ...render(scope), wantsHeaders: true, expectsStatus: anyStatus }) };
}

/** The `extract` of a request as an inspection that judges nothing else; null without `extract`. */
export function extractionOf({ expect, extract }: RequestSpec): Inspection<Judgement> | null {
  return inspectionOf({ maxBodyBytes: expect?.maxBodyBytes }, extract);
}

const FOREIGN = 'check must return true, false or a text with the reason';

function judgementOf(result: Result, redact: Redact): Judgement {
  if (typeof result === 'boolean') return { expected: result };
  if (typeof result === 'string') return { expected: false, reason: result };
  return { failure: scriptFailure(result !== null && 'error' in result ? result.error : FOREIGN, redact) };
}
