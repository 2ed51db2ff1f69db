import { escapeText } from '../common/escape.ts';

type Cell = string | { text: string } | { html: string };

/** A heading with a table, and `after` below it; empty without rows. A cell is HTML, or text, which may be long and wraps, also as HTML. */
export function section(
  title: string,
  head: readonly Cell[] | undefined,
  rows: readonly (readonly Cell[])[],
  after = '',
): string {
  if (rows.length === 0) return '';
  const cell = (tag: string) => (c: Cell) => {
    if (typeof c === 'string') return `<${tag}>${c}</${tag}>`;
    return `<${tag} class="text">${'html' in c ? c.html : escapeText(c.text)}</${tag}>`;
  };
  const thead = head === undefined ? '' : `<thead><tr>${head.map(cell('th')).join('')}</tr></thead>`;
  const body = rows.map((row) => `<tr>${row.map(cell('td')).join('')}</tr>`).join('');
  return `<section><h2>${escapeText(title)}</h2>${scrollable(title, `<table>${thead}<tbody>${body}</tbody></table>`)}${after}</section>`;
}

/** A part of the page that scrolls on a narrow screen, and can be reached by the keyboard for that. */
export function scrollable(name: string, content: string): string {
  return `<div class="scroll" tabindex="0" role="group" aria-label="${escapeText(name)}">${content}</div>`;
}
