import type { ComparedMetric, Comparison } from '../../api/status/comparison.ts';
import { markdownTable, markdownText } from './markdown-table.ts';
import type { Paint } from './paint.ts';
import { table } from './table.ts';

/** The metrics of a comparison in the columns that every form of it has. */
export const COMPARISON_COLUMNS = ['metric', 'baseline', 'observed', 'change', 'range'] as const;

export function comparisonCells({ metric, baseline, observed, change, range }: ComparedMetric): string[] {
  return [metric, baseline ?? '–', observed ?? '–', change ?? 'not measured', range ?? ''];
}

/** The heading of a comparison within a report of the test that was compared. */
export function comparisonTitle({ baseline, maxRegression }: Comparison): string {
  return `Against ${baseline}, at most ${maxRegression} worse`;
}

/** What the ranges mean, for whoever sees one for the first time. */
export const RANGE_NOTE =
  'range: where the change lies with 99.5% confidence, by how much the windows of both runs differ';

const WORDS: Record<Comparison['result'], string> = {
  Unchanged: 'UNCHANGED',
  Improved: 'IMPROVED',
  Regressed: 'REGRESSED',
  NotComparable: 'NOT COMPARABLE',
};
const STYLES = { Unchanged: 'green', Improved: 'green', Regressed: 'red', NotComparable: 'yellow' } as const;

/** Lines of a table for a terminal, without the answer. */
export function comparisonTable({ metrics }: Comparison, paint: Paint): string[] {
  if (metrics.length === 0) return [];
  const rows = metrics.map((m) => [m.regressed ? paint('red', '✗') : paint('green', '✓'), ...comparisonCells(m)]);
  return [
    ...table([['', ...COMPARISON_COLUMNS], ...rows], ['left', 'left', 'right', 'right', 'right', 'left']),
    RANGE_NOTE,
  ];
}

/** A comparison for a person to read: what with what, the metrics, and the answer in one sentence. */
export function comparisonText(comparison: Comparison, name: string, paint: Paint): string[] {
  const { baseline, maxRegression, result, message } = comparison;
  const lines = comparisonTable(comparison, paint);
  return [
    `${paint('bold', name)} against ${baseline}, at most ${maxRegression} worse`,
    '',
    ...(lines.length === 0 ? [] : [...lines, '']),
    `${paint(STYLES[result], WORDS[result])}  ${message}`,
  ];
}

const EMOJI = { Unchanged: '✅', Improved: '✅', Regressed: '❌', NotComparable: '⚠️' } as const;

/** Paragraphs of Markdown: a line and a table. */
export function comparisonMarkdown(comparison: Comparison, name: string): string[] {
  const { baseline, maxRegression, result, message, metrics } = comparison;
  const rows = metrics.map((m) => [m.regressed ? '❌' : '✅', ...comparisonCells(m)]);
  return [
    `${EMOJI[result]} \`${name}\` against \`${baseline}\`, at most ${maxRegression} worse: ${markdownText(message)}`,
    ...markdownTable(['', ...COMPARISON_COLUMNS], rows),
  ];
}
