import { DEFAULT_MAX_BODY } from '../../api/common/sizes.ts';
import type { Check } from '../../api/loadtest/loadtest-script.d.ts';
import type { RequestSpec } from '../../api/loadtest/request.ts';
import type { PreparedRequest } from '../request/prepared-request.ts';
import { decode } from '../response/decoding.ts';
import { type Finding, type Inspection, inspectionOf } from '../response/inspection.ts';
import type { Redact } from '../response/redact.ts';
import { type ContextParts, contextOf } from './context.ts';
import { ScriptMisuse, scriptFailure } from './problem.ts';
import { ScriptResponse } from './response.ts';

/**
 * Request `i` with a script's check as what judges its answers, in the place of `expect`. `extraction` is what the spec takes out of
 * an answer that is as expected; null for nothing.
 */
export function withCheck(
  parts: ContextParts,
  i: number,
  check: Check,
  extraction: Inspection | null,
  redact: Redact,
): PreparedRequest {
  const request = parts.requests[i]!;
  const { render } = request;
  const maxBytes = Number.isFinite(request.maxBodyBytes) ? request.maxBodyBytes : DEFAULT_MAX_BODY;
  const checked: PreparedRequest = {
    ...request,
    expectsStatus: () => true,
    expectsBody: null,
    redirects: request.redirects && { ...request.redirects, required: false },
    wantsHeaders: true,
    maxBodyBytes: maxBytes,
    inspection: {
      maxBytes,
      inspect(response, session) {
        const decoded = decode(response, maxBytes);
        if ('failure' in decoded) return decoded;
        try {
          const seen = new ScriptResponse(response.status, response.headers, decoded.body);
          const finding = findingOf(check(seen, contextOf(parts, i, response.arrival, session)));
          return finding.expected && extraction !== null ? extraction.inspect(response, session) : finding;
        } catch (error) {
          return { failure: scriptFailure(error, redact) };
        }
      },
    },
  };
  return render === null ? checked : { ...checked, render: (scope) => ({ ...render(scope), wantsHeaders: true }) };
}

/** What a spec takes out of the answers to a request, when it is for a script to judge them; null for nothing. */
export function extractionOf({ expect, extract }: RequestSpec): Inspection | null {
  return inspectionOf({ maxBodyBytes: expect?.maxBodyBytes }, extract, false);
}

function findingOf(verdict: unknown): Extract<Finding, { expected: boolean }> {
  if (typeof verdict === 'boolean') return { expected: verdict };
  if (typeof verdict === 'string') return { expected: false, reason: verdict };
  if (verdict instanceof Promise) {
    verdict.catch(() => {}); // what becomes of it is of no interest
    throw new ScriptMisuse('check must answer at once and not be async');
  }
  throw new ScriptMisuse('check must answer with true, with false or with a text that says what is unexpected');
}
