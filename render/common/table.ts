import { stripVTControlCharacters } from 'node:util';

export type Align = 'left' | 'right';

function width(cell: string): number {
  return stripVTControlCharacters(cell).length;
}

function pad(cell: string, to: number, align: Align): string {
  const space = ' '.repeat(Math.max(0, to - width(cell)));
  return align === 'left' ? cell + space : space + cell;
}

/**
 * Lays rows of cells out as lines: each column as wide as its widest cell, two spaces between columns, no space at the end of a line.
 * Columns without an alignment are right-aligned, because most hold numbers. Escape sequences of styled cells take no width.
 */
export function table(rows: readonly (readonly string[])[], align: readonly Align[] = ['left']): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) => Math.max(0, ...rows.map((row) => width(row[i] ?? ''))));
  return rows.map((row) =>
    row
      .map((cell, i) => pad(cell, widths[i] ?? 0, align[i] ?? 'right'))
      .join('  ')
      .trimEnd(),
  );
}
