import { formatMicroseconds, msToUs } from '../../api/common/duration.ts';
import { formatNumber } from '../../api/common/quantity.ts';
import type { ReportDocument } from '../../api/report/report-document.ts';
import { ERROR_COUNTERS } from '../../api/status/counters.ts';
import { escapeText } from '../common/escape.ts';
import { scrollable } from './section.ts';

const TITLE = 'Second by second';

type Column = [name: string, values: readonly (number | null)[], format: (value: number) => string];

/** A table with a row for each point of the charts, to copy from, and to read where scripts are forbidden. It is folded at first. */
export function timelineTable({ timeline: t }: ReportDocument): string {
  if (t.untilSeconds.length === 0) return '';
  const perSecond = (counts: readonly number[]) => counts.map((count, i) => count / t.widthSeconds[i]!);
  const bad = t.untilSeconds.map((_, i) => ERROR_COUNTERS.reduce((sum, name) => sum + t[name][i]!, 0));
  const columns: Column[] = [
    ['until', t.untilSeconds, (seconds) => `${formatNumber(seconds)}s`],
    ['generated /s', perSecond(t.generated), formatNumber],
    ['done /s', perSecond(t.done), formatNumber],
    ['errors', bad, formatNumber],
    ['most in flight', t.inFlight, formatNumber],
    ['p50', t.p50Ms, formatMs],
    ['p90', t.p90Ms, formatMs],
    ['p99', t.p99Ms, formatMs],
    ['max', t.maxMs, formatMs],
  ];
  const head = columns.map(([name]) => `<th>${escapeText(name)}</th>`).join('');
  const rows = t.untilSeconds.map((_, i) => {
    const cells = columns.map(([, values, format]) => {
      const value = values[i] ?? null;
      return `<td>${value === null ? '–' : escapeText(format(value))}</td>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  const table = `<table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
  return `<details class="timeline"><summary>${TITLE}</summary>${scrollable(TITLE, table)}</details>`;
}

function formatMs(ms: number): string {
  return formatMicroseconds(msToUs(ms));
}
