import { prepareRequests } from '../request/prepare.ts';
import { unfollowedRedirect } from '../request/redirect.ts';
import { ResponseBuffer } from '../response/response-buffer.ts';
import { transportFor } from '../transport/select.ts';
import { inspected } from './inspected.ts';
import type { Protocol } from './protocol.ts';

/** HTTP, over HTTP/1.1 or HTTP/2. The code of a status is its number in decimal: "404". */
export const http = {
  prepare: prepareRequests,
  open: transportFor,
  newResponse: () => new ResponseBuffer(),
  codeOf: String,
  judge(request, response, arrival, session) {
    const { redirects } = request;
    const reason = redirects === null ? undefined : unfollowedRedirect(redirects, response.status, response.headers);
    if (reason !== undefined) return { expected: false, reason };
    return inspected(response, arrival, session);
  },
} satisfies Protocol;
