import { DEFAULT_MAX_BODY } from '../../api/common/sizes.ts';
import type { Check } from '../../api/loadtest/loadtest-script.d.ts';
import type { RequestSpec } from '../../api/loadtest/request.ts';
import type { PreparedRequest } from '../request/prepared-request.ts';
import { decode } from '../response/decoding.ts';
import { type Finding, type Inspection, inspectionOf } from '../response/inspection.ts';
import type { Redact } from '../response/redact.ts';
import { type ContextParts, contextOf } from './context.ts';
import { ScriptResponse } from './response.ts';
import { ScriptMisuse, scriptFailure } from './script-error.ts';

const anyStatus = () => true;

/**
 * Request number `i` with a script's check, which judges its responses instead of `expect`. `extraction` takes values from responses that
 * pass the check; null for none.
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
        try {
          const scriptResponse = new ScriptResponse(response.status, response.headers, decoded.body);
          const finding = findingOf(check(scriptResponse, contextOf(parts, i, response.arrival, session)));
          return finding.expected && extraction !== null ? extraction.inspect(response, session) : finding;
        } catch (error) {
          return { failure: scriptFailure(error, redact) };
        }
      },
    },
  };
  return render === null
    ? checked
    : { ...checked, render: (scope) => ({ ...render(scope), wantsHeaders: true, expectsStatus: anyStatus }) };
}

/** The `extract` of a request as an inspection that judges nothing else; null without `extract`. */
export function extractionOf({ expect, extract }: RequestSpec): Inspection | null {
  return inspectionOf({ maxBodyBytes: expect?.maxBodyBytes }, extract);
}

function findingOf(verdict: unknown): Extract<Finding, { expected: boolean }> {
  if (typeof verdict === 'boolean') return { expected: verdict };
  if (typeof verdict === 'string') return { expected: false, reason: verdict };
  if (verdict instanceof Promise) {
    verdict.catch(() => {}); // only the misuse is reported
    throw new ScriptMisuse('check must be synchronous, but returned a promise');
  }
  throw new ScriptMisuse('check must return true, false or a text with the reason');
}
