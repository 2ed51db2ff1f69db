import { valuesOf } from '../parsed-answer.ts';
import type { PreparedRequest } from '../requests.ts';
import type { ResponseHeaders } from '../transport.ts';
import { Cookies } from './cookies.ts';

/** What one user carries from a request to the next. */
export class Journey {
  /** What answers had in them, by the names that the spec gives. */
  readonly values = new Map<string, string>();
  readonly #cookies = new Cookies();
  #path = '';

  /** The request with the cookies that the target has set; a cookie header of its own comes first. */
  dress(request: PreparedRequest): PreparedRequest {
    this.#path = request.path;
    const cookies = this.#cookies.header(request.path);
    if (cookies === '') return request;
    const headers = [...request.headers];
    const own = headers.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === 'cookie');
    if (own >= 0) headers[own + 1] += `; ${cookies}`;
    else headers.push('cookie', cookies);
    return { ...request, headers, fixed: false };
  }

  /** Takes the cookies of an answer to the request that was dressed last; `now` is epoch milliseconds. */
  answered(headers: ResponseHeaders, now: number): void {
    const set = valuesOf(headers, 'set-cookie');
    if (set.length > 0) this.#cookies.take(set, this.#path, now);
  }
}
