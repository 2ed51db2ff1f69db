import { escapeText } from '../common/escape.ts';

type Cell = string | { text: string };

/** A heading with a table, and `after` below it; empty without rows. A cell is HTML, or text, which may be long and wraps. */
export function section(
  title: string,
  head: readonly Cell[] | undefined,
  rows: readonly (readonly Cell[])[],
  after = '',
): string {
  if (rows.length === 0) return '';
  const cell = (tag: string) => (c: Cell) =>
    typeof c === 'string' ? `<${tag}>${c}</${tag}>` : `<${tag} class="text">${escapeText(c.text)}</${tag}>`;
  const thead = head === undefined ? '' : `<thead><tr>${head.map(cell('th')).join('')}</tr></thead>`;
  const body = rows.map((row) => `<tr>${row.map(cell('td')).join('')}</tr>`).join('');
  return `<section><h2>${escapeText(title)}</h2><div class="scroll"><table>${thead}<tbody>${body}</tbody></table></div>${after}</section>`;
}
