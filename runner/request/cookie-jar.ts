import { trimOptionalWhitespace } from '../transport/optional-whitespace.ts';

/** The site whose responses set cookies, and which receives them. */
export type Site = {
  /** The host as the server knows it, in lower case, without a port and without a dot at its end. */
  host: string;
  /** Whether requests are encrypted. */
  secure: boolean;
};

type Cookie = { name: string; value: string; domain: string; path: string; expires: number };
type Attributes = ReadonlyMap<string, string>;

/**
 * The cookies of one user at one host (RFC 6265): name, domain and path identify a cookie. Cookies for other hosts are rejected, as are
 * those with `Secure` from a site without TLS, unless it is this machine, and those whose name promises what their attributes do not
 * keep. Expired cookies are not sent. Times are epoch milliseconds.
 */
export class CookieJar {
  #cookies: Cookie[] = [];

  /** Stores the cookies of `set-cookie` headers, in the response of `site` to a request for `path`. */
  store(setCookies: readonly string[], site: Site, path: string, now: number): void {
    for (const text of setCookies) this.#storeOne(text, site, path, now);
  }

  get empty(): boolean {
    return this.#cookies.length === 0;
  }

  /** The value of the `cookie` header of a request for `path`; empty without cookies. Longer paths come first. */
  header(path: string, now: number): string {
    const pathname = pathnameOf(path);
    return this.#cookies
      .filter((cookie) => cookie.expires > now && covers(cookie.path, pathname))
      .sort((a, b) => b.path.length - a.path.length)
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  #storeOne(text: string, site: Site, requestPath: string, now: number): void {
    const [pair = '', ...attributes] = text.split(';');
    const at = pair.indexOf('=');
    if (at < 0) return;
    const name = trimOptionalWhitespace(pair.slice(0, at));
    if (name === '') return;
    const attribute = new Map(
      attributes.map((part) => {
        const [key = '', ...rest] = part.split('=');
        return [key.trim().toLowerCase(), rest.join('=').trim()];
      }),
    );
    const domain = domainOf(attribute, site.host);
    if (domain === undefined || !keepsPromises(name, attribute)) return;
    if (attribute.has('secure') && !site.secure && !isLoopback(site.host)) return;
    const pathAttribute = attribute.get('path') ?? '';
    const path = pathAttribute.startsWith('/') ? pathAttribute : defaultPath(requestPath);
    this.#cookies = this.#cookies.filter((c) => c.name !== name || c.path !== path || c.domain !== domain);
    const expires = expiryOf(attribute, now);
    if (expires > now)
      this.#cookies.push({ name, value: trimOptionalWhitespace(pair.slice(at + 1)), domain, path, expires });
  }
}

/** Whether a host is this machine: browsers trust it like a site with TLS, so that an application can be tried before it has a certificate. */
function isLoopback(host: string): boolean {
  return host === '::1' || /^127[.][0-9.]+$/.test(host) || /(^|[.])localhost$/.test(host);
}

/** What a name with a prefix promises (RFC 6265bis, 4.1.3), and what `Partitioned` requires. */
function keepsPromises(name: string, attribute: Attributes): boolean {
  const secure = attribute.has('secure');
  if (/^__Host-/i.test(name)) return secure && (attribute.get('domain') ?? '') === '' && attribute.get('path') === '/';
  return secure || !(/^__Secure-/i.test(name) || attribute.has('partitioned'));
}

/** The domain of a cookie, with a leading dot when it includes subdomains; undefined when it does not include `host`. */
function domainOf(attribute: Attributes, host: string): string | undefined {
  const domain = (attribute.get('domain') ?? '').replace(/^[.]/, '').toLowerCase();
  if (domain === '') return host;
  if (domain === host) return `.${domain}`;
  const isAbove = domain.includes('.') && host.endsWith(`.${domain}`) && !/^[0-9.]+$/.test(host);
  return isAbove ? `.${domain}` : undefined;
}

/** Max-Age takes precedence over Expires. Without either, a cookie lives as long as its user. */
function expiryOf(attribute: Attributes, now: number): number {
  const maxAge = attribute.get('max-age');
  if (maxAge !== undefined && /^-?[0-9]+$/.test(maxAge)) return now + Number(maxAge) * 1000;
  const expires = Date.parse(attribute.get('expires') ?? '');
  return Number.isNaN(expires) ? Number.POSITIVE_INFINITY : expires;
}

function pathnameOf(path: string): string {
  return path.split('?', 1)[0]!;
}

function defaultPath(requestPath: string): string {
  const pathname = pathnameOf(requestPath);
  const last = pathname.lastIndexOf('/');
  return last <= 0 ? '/' : pathname.slice(0, last);
}

function covers(cookiePath: string, pathname: string): boolean {
  return (
    pathname === cookiePath ||
    (pathname.startsWith(cookiePath) && (cookiePath.endsWith('/') || pathname[cookiePath.length] === '/'))
  );
}
