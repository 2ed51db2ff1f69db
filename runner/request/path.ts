import { partsOf, type Template, templateOf } from '../../model/request/template.ts';

/** The base path with a request's path behind it; exactly one slash stands between the two. */
export function pathOf(base: string, path: string | undefined): string {
  if (path === undefined) return base;
  return path.startsWith('/') ? base.replace(/\/$/, '') + path : base + path;
}

/** The path of a request of the spec below `base`. Where a value begins it, how it begins shows only when it is filled in. */
export function pathTemplate(base: string, path: string | undefined, columns: readonly string[]): Template {
  const parts = (text: string) => partsOf(text, columns, { raw: unlessImpossible });
  if (path === undefined || /^[/?]/.test(path)) return templateOf(parts(pathOf(base, path)), encoded);
  const own = templateOf(parts(path), encoded);
  if (typeof own === 'string') throw new Error(`bug: the schema let the path ${path} through`);
  return (scope) => {
    const text = own(scope);
    return pathOf(base, /^[/?]/.test(text) ? text : `/${text}`);
  };
}

function encoded(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}

/** A percent sign that begins no escape, and what a request line cannot hold: spaces, line ends, letters beyond ASCII, a fragment. */
const IMPOSSIBLE = /%(?![0-9A-Fa-f]{2})|[^!"$-~]+/gu;

/** A value that is a part of a path, or a whole one: what a path may hold stands for itself. */
function unlessImpossible(value: string): string {
  return value.toWellFormed().replace(IMPOSSIBLE, (odd) => encodeURIComponent(odd));
}
