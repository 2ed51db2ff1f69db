import { shownText } from '../api/common/shown/text.ts';
import { type ReportDocument, TIMELINE_COLUMNS } from '../api/report/report-document.ts';

/**
 * The timelines of tests as CSV (RFC 4180): a row for each interval of each test, with the names and the units of the JSON report. Counters are
 * those of the interval; a time without a response is empty.
 */
export function csvReport(reports: readonly ReportDocument[]): string {
  const rows = reports.flatMap(({ metadata, timeline }) =>
    timeline.untilSeconds.map((_, i) => [metadata.name, ...TIMELINE_COLUMNS.map((name) => timeline[name][i] ?? '')]),
  );
  return [['test', ...TIMELINE_COLUMNS], ...rows].map((row) => `${row.map(cell).join(',')}\n`).join('');
}

function cell(value: string | number): string {
  const text = shownText(String(value));
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
