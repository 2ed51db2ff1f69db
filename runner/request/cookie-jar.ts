import { trimOptionalWhitespace } from '../transport/optional-whitespace.ts';

/** Whose answer sets cookies, and whom they are sent to. */
export type Site = {
  /** The host as the server knows it, in lower case and without a port. */
  host: string;
  /** Whether what is sent cannot be read on the way. */
  secure: boolean;
};

type Cookie = { name: string; value: string; domain: string; path: string; expires: number };
type Attributes = ReadonlyMap<string, string>;

/**
 * The cookies of one user of one host, by RFC 6265: a name, a domain and a path are one cookie. What is for another host, or may only go
 * over TLS and came without, is never taken; what has expired is not sent. Times are epoch milliseconds.
 */
export class CookieJar {
  #cookies: Cookie[] = [];

  /** Takes the values of `set-cookie` headers of the answer of `site` to a request for `path`. */
  take(setCookies: readonly string[], site: Site, path: string, now: number): void {
    for (const text of setCookies) this.#takeOne(text, site, path, now);
  }

  get empty(): boolean {
    return this.#cookies.length === 0;
  }

  /** The value of the `cookie` header of a request for `path`; empty without any. Longer paths come first. */
  header(path: string, now: number): string {
    const pathname = pathnameOf(path);
    return this.#cookies
      .filter((cookie) => cookie.expires > now && covers(cookie.path, pathname))
      .sort((a, b) => b.path.length - a.path.length)
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  #takeOne(text: string, site: Site, requestPath: string, now: number): void {
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
    if (domain === undefined || (attribute.has('secure') && !site.secure)) return;
    const asked = attribute.get('path') ?? '';
    const path = asked.startsWith('/') ? asked : defaultPath(requestPath);
    this.#cookies = this.#cookies.filter((c) => c.name !== name || c.path !== path || c.domain !== domain);
    const expires = expiryOf(attribute, now);
    if (expires > now)
      this.#cookies.push({ name, value: trimOptionalWhitespace(pair.slice(at + 1)), domain, path, expires });
  }
}

/** The domain that a cookie is for, with a dot in front where it is for the hosts below, too; undefined when `host` is none of them. */
function domainOf(attribute: Attributes, host: string): string | undefined {
  const domain = (attribute.get('domain') ?? '').replace(/^[.]/, '').toLowerCase();
  if (domain === '') return host;
  if (domain === host) return `.${domain}`;
  const isAbove = domain.includes('.') && host.endsWith(`.${domain}`) && !/^[0-9.]+$/.test(host);
  return isAbove ? `.${domain}` : undefined;
}

/** Max-Age wins over Expires; without either, a cookie lives as long as its user. */
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
