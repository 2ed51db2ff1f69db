type Cookie = { name: string; value: string; path: string };

/**
 * The cookies of one user of one host, by RFC 6265: a name and a path are one cookie, and one that has expired is gone. A time in the
 * future is not looked at, as a journey is shorter than any sensible age; nor is the domain, as a journey has one host.
 */
export class Cookies {
  #cookies: Cookie[] = [];

  /** Takes the values of `set-cookie` headers of the answer to a request for `path`; `now` is epoch milliseconds. */
  take(setCookies: readonly string[], path: string, now: number): void {
    for (const text of setCookies) this.#takeOne(text, path, now);
  }

  /** The value of the `cookie` header of a request for `path`; empty without any. Longer paths come first. */
  header(path: string): string {
    const pathname = pathnameOf(path);
    return this.#cookies
      .filter((cookie) => covers(cookie.path, pathname))
      .sort((a, b) => b.path.length - a.path.length)
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  #takeOne(text: string, requestPath: string, now: number): void {
    const [pair = '', ...attributes] = text.split(';');
    const at = pair.indexOf('=');
    if (at < 0) return;
    const name = pair.slice(0, at).trim();
    if (name === '') return;
    const attribute = new Map(
      attributes.map((part) => {
        const [key = '', ...rest] = part.split('=');
        return [key.trim().toLowerCase(), rest.join('=').trim()];
      }),
    );
    const asked = attribute.get('path') ?? '';
    const path = asked.startsWith('/') ? asked : defaultPath(requestPath);
    this.#cookies = this.#cookies.filter((cookie) => cookie.name !== name || cookie.path !== path);
    if (!expired(attribute, now)) this.#cookies.push({ name, value: pair.slice(at + 1).trim(), path });
  }
}

/** Max-Age wins over Expires. */
function expired(attribute: ReadonlyMap<string, string>, now: number): boolean {
  const maxAge = attribute.get('max-age');
  if (maxAge !== undefined && /^-?[0-9]+$/.test(maxAge)) return Number(maxAge) <= 0;
  return Date.parse(attribute.get('expires') ?? '') <= now;
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
