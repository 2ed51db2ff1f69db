import { shownLine } from '../../api/common/shown/text.ts';

/** A Markdown table as one paragraph; no paragraph without rows. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => markdownText(cell)).join(' | ')} |`;
  return [[line(head), `|${head.map(() => ' --- |').join('')}`, ...rows.map(line)].join('\n')];
}

/** The most characters of a text. */
const MAX_TEXT = 300;

/** A name of others as code, which no character can end. */
export function codeSpan(name: string): string {
  return `\`${shownLine(name).replaceAll('`', "'")}\``;
}

/** Escapes text from others for a cell or a line: it can hold no markup, mention nobody and break no line. A long one ends with an ellipsis. */
export function markdownText(value: string, most = MAX_TEXT): string {
  const line = shownLine(value);
  // The cut comes first: it must not divide what is escaped.
  const cut = line.length > most ? `${line.slice(0, most - 1).toWellFormed()}…` : line;
  return cut.replace(/[\\`*_[\]<>|#~]/g, (c) => `\\${c}`).replace(/@/g, '@\u200b');
}
