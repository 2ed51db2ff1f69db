import { partsOf, type Template, templateOf } from '../../model/request/template.ts';

/** The path of `target.url` as it is written: the URL class would resolve dots and change quotes. */
export function basePathOf(url: string): string {
  return /^[^/]*[/][/][^/]*(.*)/.exec(url)?.[1] || '/';
}

/** Appends a request's path to the base path, with exactly one slash between them. */
export function pathOf(base: string, path: string | undefined): string {
  if (path === undefined) return base;
  return path.startsWith('/') ? base.replace(/\/$/, '') + path : base + path;
}

/** The path of a request below `base`. Where a variable begins it, only its value decides about the slash. */
export function pathTemplate(base: string, path: string | undefined, columns: readonly string[]): Template {
  const parts = (text: string) => partsOf(text, columns, { raw: encodedWhereForbidden });
  if (path === undefined || /^[/?]/.test(path)) return templateOf(parts(pathOf(base, path)), encoded);
  const template = templateOf(parts(path), encoded);
  if (typeof template === 'string') throw new Error(`bug: the schema let the path ${path} through`);
  return (scope) => {
    const whole = template(scope);
    if (NO_PATH.has(whole)) return whole;
    const text = whole.replace(ORIGIN, '');
    return pathOf(base, /^[/?]/.test(text) ? text : `/${text}`);
  };
}

function encoded(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}

/** Scheme and host of a whole URL, as sitemaps and links have them; requests go to the target. */
const ORIGIN = /^https?:[/][/][^/?]*/i;

/** Request targets of an access log that are no path: of OPTIONS for the whole server, and of a request line that was not readable. */
const NO_PATH = new Set(['*', '-']);

/** Characters that a request line cannot hold: spaces, line ends, non-ASCII, a fragment. A percent sign is sent as it stands in a log. */
const FORBIDDEN = /[^!"$-~]+/gu;

/** Percent-encodes only the characters that a path cannot hold, so that a value can be a whole path. */
function encodedWhereForbidden(value: string): string {
  return value.toWellFormed().replace(FORBIDDEN, (chars) => encodeURIComponent(chars));
}
