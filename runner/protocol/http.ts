import { prepareRequests } from '../request/prepare.ts';
import { unfollowedRedirect } from '../request/redirect.ts';
import type { Finding } from '../response/inspection.ts';
import { transportFor } from '../transport/select.ts';
import type { Protocol } from './protocol.ts';

/** The two findings of a response that needs no inspection, shared so that a response costs no allocation. */
const EXPECTED: Finding = { expected: true };
const UNEXPECTED: Finding = { expected: false };

/** HTTP, over HTTP/1.1 or HTTP/2. The code of a status is its number in decimal: "404". */
export const http: Protocol = {
  prepare: prepareRequests,
  open: transportFor,
  codeOf: String,
  judge(request, response, arrival, session) {
    const { redirects } = request;
    const { status, headers, inspection } = response;
    const reason = redirects === null ? undefined : unfollowedRedirect(redirects, status, headers);
    if (reason !== undefined) return { expected: false, reason };
    if (!response.isExpected) return UNEXPECTED;
    if (inspection === null) return EXPECTED;
    return inspection.inspect({ status, headers, body: response.body, arrival }, session ?? new Map());
  },
};
