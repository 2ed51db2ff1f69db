/** A table of Markdown, as a paragraph; none without rows. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.map(markdownText).join(' | ')} |`;
  return [[line(head), `|${head.map(() => ' --- |').join('')}`, ...rows.map(line)].join('\n')];
}

/** Text in a cell or a line: what others wrote may hold no markup, no mention of a person, and no line break. */
export function markdownText(value: string): string {
  return value
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]<>|#~]/g, (c) => `\\${c}`)
    .replace(/@/g, '@\u200b')
    .slice(0, 300);
}
