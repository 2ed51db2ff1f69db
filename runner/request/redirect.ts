import type { Mismatch } from '../response/mismatch.ts';
import { valuesOf } from '../response/parsed-response.ts';
import type { ResponseHeaders } from '../transport/message.ts';
import type { PreparedRequest, Redirects } from './prepared-request.ts';

/** Statuses that turn a request into one that asks for something else, and those that send the same request to somewhere else. */
const SEE_OTHER = new Set([301, 302, 303]);
const SAME_REQUEST = new Set([307, 308]);

/** What speaks of a body that is not sent again. */
const OF_BODIES = new Set(['content-type', 'content-encoding', 'content-language', 'content-location']);

/** RFC 3986 knows printable ASCII only; a space is what servers forget to encode. Of other bytes transports make different texts. */
const NO_REFERENCE = /[^ -~]/;

/**
 * The request that an answer to `sent` asks for, with its URL for people; undefined when the answer is no redirect, when it does not say
 * where to, or when that is elsewhere than at the target: the load is for the target alone.
 */
export function redirected(
  sent: PreparedRequest,
  status: number,
  headers: ResponseHeaders,
  target: URL,
): { request: PreparedRequest; url: string } | undefined {
  const sameRequest = SAME_REQUEST.has(status);
  if (!sameRequest && !SEE_OTHER.has(status)) return undefined;
  const [location] = valuesOf(headers, 'location');
  if (location === undefined || location === '' || NO_REFERENCE.test(location)) return undefined;
  const base = baseOf(sent, target);
  const to = base && URL.parse(location, base);
  if (!to || (to.origin !== target.origin && to.origin !== base.origin)) return undefined;
  const request = { ...sent, path: to.pathname + to.search, fixed: false };
  const url = to.origin + request.path;
  if (sameRequest) return { request, url };
  const method = sent.method === 'HEAD' ? 'HEAD' : 'GET';
  return { request: { ...request, method, body: null, headers: withoutBody(sent.headers) }, url };
}

/** Why an answer that was not followed is not as expected; undefined when it is no redirect, or is to be judged by its status. */
export function unfollowedRedirect(
  { required }: Redirects,
  status: number,
  headers: ResponseHeaders,
): Mismatch | undefined {
  if (!required || !(SEE_OTHER.has(status) || SAME_REQUEST.has(status))) return undefined;
  const [location] = valuesOf(headers, 'location');
  if (location === undefined) return 'a redirect that does not say where to';
  return (shown) => `a redirect to ${shown(location)}, which is not followed`;
}

/** What a Location is relative to: the URL as the server knows it, whose host is the Host header's. */
function baseOf({ path, headers }: PreparedRequest, target: URL): URL | null {
  const host = headers.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === 'host');
  return URL.parse(`${target.protocol}//${host < 0 ? target.host : headers[host + 1]}${path}`);
}

function withoutBody(headers: readonly string[]): string[] {
  return headers.filter((_, i) => !OF_BODIES.has(headers[i - (i % 2)]!.toLowerCase()));
}
