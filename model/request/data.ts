import { hash32 } from '../common/random.ts';
import { numberAt, placeIn, type Stripe, shareOf } from '../load/stripe.ts';
import { isRawNumber, parseJson, textOfJson } from './json.ts';

/** The rows of `spec.data`, one of which each arrival gets. */
export type Table = { columns: readonly string[]; rows: readonly (readonly string[])[] };

export const NO_DATA: Table = { columns: [], rows: [] };

/** Parses a data file; a problem names the line or row. */
export function parseTable(text: string, format: 'CSV' | 'JSON'): Table | { problem: string } {
  const table = format === 'CSV' ? parseCsv(text) : parseRows(text);
  if ('problem' in table) return table;
  if (table.rows.length === 0) return { problem: 'has no rows' };
  const twice = table.columns.find((column, i) => table.columns.indexOf(column) !== i);
  return twice === undefined ? table : { problem: `has two columns "${twice}"` };
}

/**
 * Parses CSV (RFC 4180). The first line names the columns; lines may end in LF alone, and empty lines are skipped. A quote within a field
 * that does not begin with one stands for itself, as logs have it.
 */
function parseCsv(text: string): Table | { problem: string } {
  const lines: string[][] = [];
  let line: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|((?:[^",\r\n][^,\r\n]*)?))(,|\r?\n|$)/y;
  const whole = text.replace(/^\ufeff/, '');
  while (field.lastIndex < whole.length) {
    const from = field.lastIndex;
    const match = field.exec(whole);
    if (match === null) {
      const number = whole.slice(0, from).split('\n').length;
      return { problem: `line ${number}, field ${line.length + 1} is not valid CSV: ${faultIn(whole.slice(from))}` };
    }
    line.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === ',' && field.lastIndex < whole.length) continue;
    if (match[3] === ',') line.push('');
    // An empty line has no quotes; "" is a row with an empty field.
    if (match[0].replace(/\r?\n$/, '') !== '' || line.length > 1) lines.push(line);
    line = [];
  }
  const [columns = [], ...rows] = lines;
  const uneven = rows.findIndex((row) => row.length !== columns.length);
  if (uneven >= 0)
    return { problem: `row ${uneven + 1} has ${rows[uneven]!.length} fields, but there are ${columns.length} columns` };
  return { columns, rows };
}

/** What is wrong with the field at the beginning of `text`. */
function faultIn(text: string): string {
  if (!text.startsWith('"')) return 'a carriage return alone ends it';
  return /^"(?:[^"]|"")*"/.test(text) ? 'text follows the closing quote of a field' : 'a quote is not closed';
}

const isPlain = (value: unknown) => typeof value !== 'object' || value === null || isRawNumber(value);

/** Parses a JSON list of flat objects; missing fields are empty. */
function parseRows(text: string): Table | { problem: string } {
  let list: unknown;
  try {
    list = parseJson(text.replace(/^\ufeff/, ''));
  } catch (error) {
    return { problem: `is not valid JSON: ${(error as Error).message}` };
  }
  if (!Array.isArray(list)) return { problem: 'is not a JSON list' };
  const flat = (item: unknown) => typeof item === 'object' && item !== null && Object.values(item).every(isPlain);
  const wrong = list.findIndex((item) => !flat(item));
  if (wrong >= 0) return { problem: `row ${wrong + 1} is not a flat object` };
  const columns = [...new Set(list.flatMap((item) => Object.keys(item)))];
  return { columns, rows: list.map((item) => columns.map((column) => textOfJson(item[column] ?? ''))) };
}

/**
 * Returns the function from an arrival of `series` to the index of its row. Sequential: of n series, the first has the rows 0, n, 2n, ...,
 * the second the rows 1, n + 1, ..., and each uses its rows in turn; a series without a row shares that of another. Random: drawn from the
 * seed and the arrival's number.
 */
export function rowChooser(
  rows: number,
  order: 'Sequential' | 'Random',
  seed: number,
  series: Stripe,
): (arrival: number) => number {
  if (order === 'Random') return (arrival) => Math.floor((hash32(hash32(arrival | 0) ^ hash32(seed)) / 2 ** 32) * rows);
  const own = shareOf(rows, series);
  if (own === 0) return () => series.index % rows;
  return (arrival) => numberAt(series, placeIn(series, arrival) % own);
}
