import { hostNameOf } from '../../model/common/host.ts';
import { CookieJar, type Site } from '../request/cookie-jar.ts';
import type { PreparedRequest } from '../request/prepared-request.ts';
import { valuesOf } from '../response/parsed-response.ts';
import type { ResponseHeaders } from '../transport/message.ts';

/** The state of one sequential iteration: its cookies and extracted values. `clock` returns epoch milliseconds. */
export class Iteration {
  /** The values extracted from responses, by their names in the spec. */
  readonly values = new Map<string, string>();
  readonly #clock: () => number;
  readonly #cookies = new CookieJar();
  #lastRequest: PreparedRequest | undefined;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** The request with the cookies that the target has set, after those of its own cookie header. */
  withCookies(request: PreparedRequest): PreparedRequest {
    this.#lastRequest = request;
    if (this.#cookies.empty) return request;
    const cookies = this.#cookies.header(request.path, this.#clock());
    if (cookies === '') return request;
    const headers = [...request.headers];
    const own = headers.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === 'cookie');
    if (own >= 0) headers[own + 1] += `; ${cookies}`;
    else headers.push('Cookie', cookies);
    return { ...request, headers, fixed: false };
  }

  /** Stores the cookies of a response to the last request of {@link withCookies}. */
  takeCookies(headers: ResponseHeaders): void {
    const set = valuesOf(headers, 'set-cookie');
    if (set.length > 0) this.#cookies.store(set, siteOf(this.#lastRequest!), this.#lastRequest!.path, this.#clock());
  }
}

/** The site of a request; its host is that of the Host header, which is the one that the server sees. */
function siteOf({ site, headers }: PreparedRequest): Site {
  const at = headers.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === 'host');
  const url = at < 0 ? null : URL.parse(`http://${headers[at + 1]}`);
  return url === null ? site : { ...site, host: hostNameOf(url) };
}
