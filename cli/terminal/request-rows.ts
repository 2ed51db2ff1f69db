import { formatMicroseconds } from '../../api/common/duration.ts';
import { formatCount, formatNumber, formatShare } from '../../api/common/quantity.ts';
import type { Paint } from '../../render/common/paint.ts';
import { shortened, table, widthOf } from '../../render/common/table.ts';
import type { RequestView } from './view.ts';

const HEAD = ['each request', 'rate', 'p50', 'p99', 'done', 'errors'];
const MAX_NAME = 28;

/**
 * A row for each request, below a heading, in at most so many rows; the last one counts requests without a row. Columns that do not fit are
 * left out from the right. Empty for a single request.
 */
export function requestRows(
  requests: readonly RequestView[],
  { columns, rows }: { columns: number; rows: number },
  paint: Paint,
): string[] {
  if (requests.length < 2 || rows < 2) return [];
  const shown = requests.length + 1 <= rows ? requests : requests.slice(0, rows - 2);
  const cells = shown.map((request) => cellsOf(request, paint));
  const fitting = HEAD.map((_, i) => i + 1).findLast((count) => widthOf(withHead(cells, count)) <= columns);
  if (fitting === undefined) return [];
  const [head = '', ...lines] = table(withHead(cells, fitting));
  const more = requests.length - shown.length;
  return [paint('dim', head), ...lines, ...(more === 0 ? [] : [paint('dim', `${more} more`.slice(0, columns))])];
}

function withHead(cells: readonly string[][], count: number): string[][] {
  return [HEAD, ...cells].map((row) => row.slice(0, count));
}

function cellsOf({ name, perSecond, p50Us, p99Us, done, errorShare }: RequestView, paint: Paint): string[] {
  const time = (us: number | undefined) => (us === undefined ? '-' : formatMicroseconds(us));
  return [
    shortened(name, MAX_NAME),
    perSecond === undefined ? '-' : `${formatNumber(perSecond)}/s`,
    time(p50Us),
    time(p99Us),
    formatCount(done),
    errorShare === undefined ? '-' : errorShare === 0 ? '0%' : paint('red', formatShare(errorShare)),
  ];
}
