import { hash32 } from '../common/random.ts';
import { isRawNumber, parseJson, textOfJson } from './json.ts';

/** Rows of values by column, as they are handed out to arrivals. */
export type Table = { columns: readonly string[]; rows: readonly (readonly string[])[] };

export const NO_DATA: Table = { columns: [], rows: [] };

/** Reads the text of a data file; a problem says what is wrong with it and where. */
export function parseTable(text: string, format: 'CSV' | 'JSON'): Table | { problem: string } {
  const table = format === 'CSV' ? parseCsv(text) : parseRows(text);
  if ('problem' in table) return table;
  if (table.rows.length === 0) return { problem: 'has no rows' };
  const twice = table.columns.find((column, i) => table.columns.indexOf(column) !== i);
  return twice === undefined ? table : { problem: `has two columns "${twice}"` };
}

/** CSV after RFC 4180, the first line naming the columns; lines may end in LF alone, and empty lines are passed over. */
function parseCsv(text: string): Table | { problem: string } {
  const lines: string[][] = [];
  let line: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  const whole = text.replace(/^\ufeff/, '');
  while (field.lastIndex < whole.length) {
    const from = field.lastIndex;
    const match = field.exec(whole);
    if (match === null) return { problem: `line ${whole.slice(0, from).split('\n').length} is no CSV` };
    line.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === ',' && field.lastIndex < whole.length) continue;
    if (match[3] === ',') line.push('');
    if (line.length > 1 || line[0] !== '') lines.push(line);
    line = [];
  }
  const [columns = [], ...rows] = lines;
  const uneven = rows.findIndex((row) => row.length !== columns.length);
  if (uneven >= 0)
    return { problem: `row ${uneven + 1} has ${rows[uneven]!.length} fields, and there are ${columns.length} columns` };
  return { columns, rows };
}

const isPlain = (value: unknown) => typeof value !== 'object' || value === null || isRawNumber(value);

/** JSON: a list of flat objects; a field that one of them does not have is empty. */
function parseRows(text: string): Table | { problem: string } {
  let list: unknown;
  try {
    list = parseJson(text);
  } catch (error) {
    return { problem: `is no JSON: ${(error as Error).message}` };
  }
  if (!Array.isArray(list)) return { problem: 'is no JSON list' };
  const flat = (item: unknown) => typeof item === 'object' && item !== null && Object.values(item).every(isPlain);
  const wrong = list.findIndex((item) => !flat(item));
  if (wrong >= 0) return { problem: `row ${wrong + 1} is no flat object` };
  const columns = [...new Set(list.flatMap((item) => Object.keys(item)))];
  return { columns, rows: list.map((item) => columns.map((column) => textOfJson(item[column] ?? ''))) };
}

/**
 * Which row an arrival gets. Sequential: row n mod rows, so that all engines together hand out every row once before any comes
 * again. Random: drawn from the seed and the arrival's number.
 */
export function rowChooser(rows: number, order: 'Sequential' | 'Random', seed: number): (arrival: number) => number {
  if (order === 'Sequential') return (arrival) => arrival % rows;
  return (arrival) => Math.floor((hash32(hash32(arrival | 0) ^ hash32(seed)) / 2 ** 32) * rows);
}
