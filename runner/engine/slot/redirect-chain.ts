import type { PreparedRequest, Redirects } from '../../request/prepared-request.ts';
import { redirected } from '../../request/redirect.ts';
import type { IncomingResponse } from '../../response/incoming-response.ts';
import type { Failure } from '../../transport/error-kind.ts';

/** What follows a redirect: the next message, or a failure of the request. */
type Hop = { message: PreparedRequest } | { failure: Failure };

/** The redirects that a request follows, one request after another. */
export class RedirectChain {
  /** The last message, from which a redirect is derived; set only for requests that follow redirects. */
  #last: PreparedRequest | undefined;
  /** How many redirects the request has followed. */
  length = 0;

  /** A request begins with `message`, which may be redirected. */
  begin(message: PreparedRequest): void {
    this.#last = message;
  }

  /** Undefined when the response is not a redirect that can be followed. `shown`: a URL as messages may contain it. */
  next({ max, target }: Redirects, response: IncomingResponse, shown: (url: string) => string): Hop | undefined {
    const next = redirected(this.#last!, response.status, response.headers, target);
    if (next === undefined) return undefined;
    if (this.length >= max)
      return { failure: { kind: 'TooManyRedirects', example: `more than ${max}, the last to ${shown(next.url)}` } };
    this.length++;
    this.#last = next.request;
    return { message: next.request };
  }
}
