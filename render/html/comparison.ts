import { formatMicroseconds } from '../../api/common/duration.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { ReportDocument } from '../../api/report/report-document.ts';
import type { ComparisonResult, IntervalColumns } from '../../api/status/comparison.ts';
import { type Intervals, knownLengthMs, readIntervals } from '../../model/compare/intervals.ts';
import { COMPARISON_COLUMNS, comparisonCells, comparisonTitle, rangeNote } from '../common/comparison.ts';
import { escapeText as e } from '../common/escape.ts';
import { chart } from './chart.ts';
import { section } from './section.ts';

const MARKS: Record<ComparisonResult, string> = {
  Unchanged: '<span class="ok">✓</span>',
  Improved: '<span class="ok">✓ better</span>',
  Regressed: '<span class="no">✗ worse</span>',
  TooNoisy: '<span class="unsure">? too noisy</span>',
  NotComparable: '<span class="unsure">–</span>',
};

/** The comparison with the baseline: a row for each metric, and charts of the intervals of both runs. */
export function comparison({ status, spec, baselineWindows }: ReportDocument): string {
  const { comparison: compared, windows: intervals } = status;
  if (compared === undefined) return '';
  const title = comparisonTitle(compared);
  const sentence = `<p class="soft">${e(compared.message)}</p>`;
  if (compared.metrics.length === 0) return `<section><h2>${e(title)}</h2>${sentence}</section>`;
  const rows = compared.metrics.map((m) => {
    const [metric = '', ...figures] = comparisonCells(m);
    return [MARKS[m.result], { text: metric }, ...figures.map(e)];
  });
  const note = `${sentence}<p class="soft">${e(rangeNote(compared))}.</p>`;
  const drawn = intervals && baselineWindows ? intervalCharts(spec, intervals, baselineWindows, compared.baseline) : '';
  return section(title, ['result', { text: 'metric' }, ...COMPARISON_COLUMNS.slice(1)], rows, note) + drawn;
}

/** A chart for each percentile with the intervals of both runs, in which a person sees the noise. */
function intervalCharts(spec: LoadTestSpec, ours: IntervalColumns, theirs: IntervalColumns, baseline: string): string {
  const [after, before] = [readIntervals(ours), readIntervals(theirs)];
  if (after === undefined || before === undefined) return '';
  const lengthMs = knownLengthMs(spec);
  /** The middle of each interval, as a share of the run. */
  const middles = ({ end: endsMs }: Intervals) =>
    endsMs.map((endMs, i) => (endMs + (endsMs[i - 1] ?? 0)) / 2 / (lengthMs ?? endsMs.at(-1)!));
  const drawn = (['p50', 'p95', 'p99'] as const).map((p) => {
    const points = [
      ...middles(before).map((x, i) => ({ x, before: before[p][i] || null, after: null })),
      ...middles(after).map((x, i) => ({ x, before: null, after: after[p][i] || null })),
    ].sort((a, b) => a.x - b.x);
    return chart({
      title: `Intervals: ${p} of the response time`,
      x: points.map((point) => point.x),
      series: [
        { name: `${baseline} (the baseline)`, colour: 6, values: points.map((point) => point.before), joined: true },
        { name: 'this test', colour: 1, values: points.map((point) => point.after), joined: true },
      ],
      formatX: (x) => `${Math.round(x * 100)}%`,
      formatY: formatMicroseconds,
      xLabel: 'of the run',
    });
  });
  return `<section class="charts">${drawn.join('\n')}</section>`;
}
