import { stripVTControlCharacters } from 'node:util';

export type Align = 'left' | 'right';

const BETWEEN = '  ';

function width(cell: string): number {
  return stripVTControlCharacters(cell).length;
}

function pad(cell: string, to: number, align: Align): string {
  const space = ' '.repeat(Math.max(0, to - width(cell)));
  return align === 'left' ? cell + space : space + cell;
}

/** The width of each column. */
function widthsOf(rows: readonly (readonly string[])[]): number[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: columns }, (_, i) => Math.max(0, ...rows.map((row) => width(row[i] ?? ''))));
}

/**
 * Lays rows of cells out as lines: each column as wide as its widest cell, two spaces between columns, no space at the end of a line.
 * Columns without an alignment are right-aligned, because most hold numbers. Escape sequences of styled cells take no width.
 */
export function table(rows: readonly (readonly string[])[], align: readonly Align[] = ['left']): string[] {
  const widths = widthsOf(rows);
  return rows.map((row) =>
    row
      .map((cell, i) => pad(cell, widths[i] ?? 0, align[i] ?? 'right'))
      .join(BETWEEN)
      .trimEnd(),
  );
}

/** The columns that rows take as a table. */
export function widthOf(rows: readonly (readonly string[])[]): number {
  const widths = widthsOf(rows);
  return widths.reduce((sum, w) => sum + w, 0) + BETWEEN.length * Math.max(0, widths.length - 1);
}

/** The columns that text needs to be worth reading. */
const MIN_TEXT = 16;
const MIN_NAME = 10;

/**
 * Like `table`, of at most `columns`, so that a terminal wraps no line: the text of the last column continues on lines of its own, and where
 * that is not enough, long texts of another column are cut in their middle.
 */
export function tableWithin(
  columns: number,
  rows: readonly (readonly string[])[],
  align: readonly Align[] = ['left'],
): string[] {
  const last = Math.max(0, ...rows.map((row) => row.length)) - 1;
  const isText = last > 0 && align[last] === 'left';
  const before = rows.map((row) => row.slice(0, isText ? last : last + 1));
  const room = columns - (isText ? BETWEEN.length + MIN_TEXT : 0);
  const fitting = withShorterNames(before, align, widthOf(before) - room);
  if (!isText) return table(fitting, align);
  const left = Math.max(MIN_TEXT, columns - widthOf(fitting) - BETWEEN.length);
  const wrapped = fitting.flatMap((row, i) =>
    wrap(rows[i]![last] ?? '', left).map((line, j) => (j === 0 ? [...row, line] : [...row.map(() => ''), line])),
  );
  return table(wrapped, align);
}

/** The rows with the texts of their widest column of text so many columns shorter. */
function withShorterNames(rows: readonly (readonly string[])[], align: readonly Align[], excess: number): string[][] {
  if (excess <= 0) return rows.map((row) => [...row]);
  const widths = align.map((a, i) => (a === 'left' ? Math.max(0, ...rows.map((row) => width(row[i] ?? ''))) : 0));
  const widest = widths.indexOf(Math.max(...widths));
  const most = Math.max(MIN_NAME, widths[widest]! - excess);
  return rows.map((row) => row.map((cell, i) => (i === widest ? shortened(cell, most) : cell)));
}

/** A text without styles of at most `columns`, with the beginning and the end of the whole. */
export function shortened(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  const end = Math.floor((columns - 1) / 2);
  return `${text.slice(0, columns - 1 - end)}…${text.slice(text.length - end)}`;
}

/** The lines of a text without styles, each of at most `columns`, divided at spaces where there are some. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (width(rest) > columns) {
    const space = rest.lastIndexOf(' ', columns);
    const end = space > 0 ? space : columns;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest];
}
