import { isUtf8 } from 'node:buffer';
import type { Mismatch } from '../response/mismatch.ts';
import { valuesOf } from '../response/parsed-response.ts';
import type { ResponseHeaders } from '../transport/message.ts';
import type { PreparedRequest, Redirects } from './prepared-request.ts';
import { withoutBody } from './without-body.ts';

/** Redirects that change the method to GET, and redirects that keep the request (RFC 9110, 15.4). */
const SEE_OTHER = new Set([301, 302, 303]);
const SAME_REQUEST = new Set([307, 308]);

/** Servers often forget to encode spaces and letters beyond ASCII, which the URL parser then does. Control characters have no such form. */
const INVALID_REFERENCE = /\p{Cc}/u;

/**
 * The request that follows a response to `sent`, with its URL for messages. Undefined when the response is not a redirect, has no valid
 * Location, or leaves the target: load goes to the target only.
 */
export function redirected(
  sent: PreparedRequest,
  status: number,
  headers: ResponseHeaders,
  target: URL,
): { request: PreparedRequest; url: string } | undefined {
  const sameRequest = SAME_REQUEST.has(status);
  if (!sameRequest && !SEE_OTHER.has(status)) return undefined;
  const location = locationOf(headers);
  if (location === undefined || location === '' || INVALID_REFERENCE.test(location)) return undefined;
  const base = baseOf(sent, target);
  const to = base && URL.parse(location, base);
  if (!to || (to.origin !== target.origin && to.origin !== base.origin)) return undefined;
  const request = { ...sent, path: to.pathname + to.search, fixed: false };
  const url = to.origin + request.path;
  if (sameRequest) return { request, url };
  const method = sent.method === 'HEAD' ? 'HEAD' : 'GET';
  return { request: withoutBody({ ...request, method }), url };
}

/** Why a response that was not followed is unexpected; undefined when it is not a redirect, or its status is to be judged. */
export function unfollowedRedirect(
  { required }: Redirects,
  status: number,
  headers: ResponseHeaders,
): Mismatch | undefined {
  if (!required || !(SEE_OTHER.has(status) || SAME_REQUEST.has(status))) return undefined;
  const location = locationOf(headers);
  if (location === undefined) return 'a redirect without a Location';
  if (location === '') return 'a redirect with an empty Location';
  return (shown) => `a redirect to ${shown(location)}, which is not followed`;
}

/** The Location as text: of its bytes, each of which is a character of the header, where those are UTF-8. */
function locationOf(headers: ResponseHeaders): string | undefined {
  const [location] = valuesOf(headers, 'location');
  if (location === undefined || !/[\u0080-\u00ff]/.test(location) || /[\u0100-\uffff]/.test(location)) return location;
  const bytes = Buffer.from(location, 'latin1');
  return isUtf8(bytes) ? bytes.toString() : location;
}

/** The base of a relative Location: the URL as the server sees it, with the host of the Host header. */
function baseOf({ path, headers }: PreparedRequest, target: URL): URL | null {
  const host = headers.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === 'host');
  return URL.parse(`${target.protocol}//${host < 0 ? target.host : headers[host + 1]}${path}`);
}
