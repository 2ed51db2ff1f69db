import type { IncomingResponse } from '../response/incoming-response.ts';
import type { Finding } from '../response/inspection.ts';

/** The two findings of a response that needs no inspection, shared so that a response costs no allocation. */
const EXPECTED: Finding = { expected: true };
const UNEXPECTED: Finding = { expected: false };

/** The finding of a complete response: that of its status and of what was checked while it arrived, then that of its inspection. */
export function inspected(
  response: IncomingResponse,
  arrival: number,
  session: Map<string, string> | undefined,
): Finding {
  const { inspection } = response;
  if (!response.isExpected) return UNEXPECTED;
  if (inspection === null) return EXPECTED;
  const { status, headers, body } = response;
  return inspection.inspect({ status, headers, body, arrival }, session ?? new Map());
}
