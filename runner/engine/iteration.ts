import { CookieJar, type Site } from '../request/cookie-jar.ts';
import type { PreparedRequest } from '../request/prepared-request.ts';
import { valuesOf } from '../response/parsed-response.ts';
import type { ResponseHeaders } from '../transport/message.ts';

/** What one user carries from a request to the next. `clock` tells epoch milliseconds. */
export class Iteration {
  /** What answers had in them, by the names that the spec gives. */
  readonly values = new Map<string, string>();
  readonly #clock: () => number;
  readonly #cookies = new CookieJar();
  #sent: PreparedRequest | undefined;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** The request with the cookies that the target has set; a cookie header of its own comes first. */
  dress(request: PreparedRequest): PreparedRequest {
    this.#sent = request;
    if (this.#cookies.empty) return request;
    const cookies = this.#cookies.header(request.path, this.#clock());
    if (cookies === '') return request;
    const headers = [...request.headers];
    const own = headers.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === 'cookie');
    if (own >= 0) headers[own + 1] += `; ${cookies}`;
    else headers.push('cookie', cookies);
    return { ...request, headers, fixed: false };
  }

  /** Takes the cookies of an answer to the request that was dressed last. */
  answered(headers: ResponseHeaders): void {
    const set = valuesOf(headers, 'set-cookie');
    if (set.length > 0) this.#cookies.take(set, siteOf(this.#sent!), this.#sent!.path, this.#clock());
  }
}

/** The site as the server knows it, whose host is the Host header's. */
function siteOf({ site, headers }: PreparedRequest): Site {
  const at = headers.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === 'host');
  const host = at < 0 ? undefined : URL.parse(`http://${headers[at + 1]}`)?.hostname;
  return host === undefined ? site : { ...site, host };
}
