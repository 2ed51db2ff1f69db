import {
  CAPACITY_METRIC,
  type ComparedMetric,
  type Comparison,
  type ComparisonResult,
} from '../../api/status/comparison.ts';
import { codeSpan, markdownTable, markdownText } from './markdown-table.ts';
import type { Paint, Style } from './paint.ts';
import { table } from './table.ts';

/** The columns of a comparison in every form of it. */
export const COMPARISON_COLUMNS = ['metric', 'baseline', 'observed', 'change', 'range'] as const;

export function comparisonCells({ metric, baseline, observed, change, range }: ComparedMetric): string[] {
  return [metric, baseline ?? '–', observed ?? '–', change ?? 'not measured', range ?? ''];
}

/** The heading of a comparison within a report of the test that was compared. */
export function comparisonTitle({ baseline, maxRegression }: Comparison): string {
  return `Against ${baseline}, at most ${maxRegression} worse`;
}

/** Explains the column `range`. */
export function rangeNote({ metrics }: Pick<Comparison, 'metrics'>): string {
  return metrics.some(({ metric }) => metric === CAPACITY_METRIC)
    ? 'range: the change lies in it if both brackets contain the capacity'
    : 'range: the change lies in it with 99% confidence, judged by the noise within both runs';
}

export type ShownResult = { word: string; style: Style; emoji: string; mark: string };

/** How a result is shown: as that of the comparison, and as the mark of a metric. */
export const SHOWN_RESULTS: Record<ComparisonResult, ShownResult> = {
  Unchanged: { word: 'UNCHANGED', style: 'green', emoji: '✅', mark: '✓' },
  Improved: { word: 'IMPROVED', style: 'green', emoji: '✅', mark: '✓' },
  Regressed: { word: 'REGRESSED', style: 'red', emoji: '❌', mark: '✗' },
  TooNoisy: { word: 'TOO NOISY', style: 'yellow', emoji: '⚠️', mark: '?' },
  NotComparable: { word: 'NOT COMPARABLE', style: 'yellow', emoji: '⚠️', mark: '–' },
};

/** The metrics as lines of a table for a terminal, without the result; none where nothing was compared. */
export function comparisonTable({ metrics }: Comparison, paint: Paint): string[] {
  if (metrics.length === 0) return [];
  const rows = metrics.map((m) => [
    paint(SHOWN_RESULTS[m.result].style, SHOWN_RESULTS[m.result].mark),
    ...comparisonCells(m),
  ]);
  return [
    ...table([['', ...COMPARISON_COLUMNS], ...rows], ['left', 'left', 'right', 'right', 'right', 'left']),
    rangeNote({ metrics }),
  ];
}

/** A comparison as lines for a person: its subject, the metrics, and the result in one sentence. */
export function comparisonText(comparison: Comparison, name: string, paint: Paint): string[] {
  const { baseline, maxRegression, result, message } = comparison;
  const lines = comparisonTable(comparison, paint);
  return [
    `${paint('bold', name)} against ${baseline}, at most ${maxRegression} worse`,
    '',
    ...(lines.length === 0 ? [] : [...lines, '']),
    `${paint(SHOWN_RESULTS[result].style, SHOWN_RESULTS[result].word)}  ${message}`,
  ];
}

/** A comparison as paragraphs of Markdown: a line and a table. */
export function comparisonMarkdown(comparison: Comparison, name: string): string[] {
  const { baseline, maxRegression, result, message, metrics } = comparison;
  const rows = metrics.map((m) => [SHOWN_RESULTS[m.result].emoji, ...comparisonCells(m)]);
  return [
    `${SHOWN_RESULTS[result].emoji} ${codeSpan(name)} against ${codeSpan(baseline)}, at most ${markdownText(maxRegression)} worse: ${markdownText(message)}`,
    ...markdownTable(['', ...COMPARISON_COLUMNS], rows),
  ];
}
