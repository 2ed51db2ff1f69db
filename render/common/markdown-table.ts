/** A Markdown table as one paragraph; no paragraph without rows. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.map(markdownText).join(' | ')} |`;
  return [[line(head), `|${head.map(() => ' --- |').join('')}`, ...rows.map(line)].join('\n')];
}

/** Escapes text from others for a cell or a line: it can hold no markup, mention nobody and break no line. At most 300 characters. */
export function markdownText(value: string): string {
  return value
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]<>|#~]/g, (c) => `\\${c}`)
    .replace(/@/g, '@\u200b')
    .slice(0, 300);
}
