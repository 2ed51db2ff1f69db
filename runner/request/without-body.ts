import type { PreparedRequest } from './prepared-request.ts';

/** The headers of a body, dropped together with it. */
const CONTENT_HEADERS = new Set(['content-type', 'content-encoding', 'content-language', 'content-location']);

/** The request without its body and the headers that describe it. */
export function withoutBody(request: PreparedRequest): PreparedRequest {
  const headers = request.headers.filter((_, i, all) => !CONTENT_HEADERS.has(all[i - (i % 2)]!.toLowerCase()));
  return { ...request, headers, body: null };
}
