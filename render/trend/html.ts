import { SHOWN_RESULTS } from '../common/comparison.ts';
import { escapeText as e } from '../common/escape.ts';
import { type Chart, chart } from '../html/chart.ts';
import { page } from '../html/page.ts';
import { section } from '../html/section.ts';
import { endText, figuresOf, rangeText, type TrendFigure } from './figures.ts';
import { runsText, type Trend, type TrendRun } from './trend.ts';

/** A regression is a dot: a line of no length with round ends. */
const STYLES =
  '.plot .s3{stroke-width:9}.plot .s6{stroke-dasharray:2 4}.legend .b3{height:9px;width:9px;border-radius:5px}';

const VERDICT_CLASSES = { passed: 'ok', failed: 'no', inconclusive: 'unsure' } as const;
const RESULT_CLASSES = { green: 'ok', red: 'no', yellow: 'unsure', bold: '', dim: '' } as const;

/** A trend as one page without a script or further files: a chart of each figure over the runs, and a table of all runs, newest first. */
export function trendHtml(trend: Trend): string {
  const { metadata, schedule, timeZone, runs } = trend;
  const figures = figuresOf(trend);
  const charts = figures.map((figure) => chart(chartOf(figure, runs))).join('\n');
  const body = `<article><header><h1>${e(metadata.name)} <small>${e(runsText(trend))}</small></h1><p class="soft">${e(schedule)}, ${e(timeZone)}</p></header>
<section class="charts">${charts}</section>
${runTable(runs, figures)}</article>`;
  return page({ title: `${metadata.name} – trend of load tests`, body, styles: STYLES });
}

function chartOf(figure: TrendFigure, runs: readonly TrendRun[]): Chart {
  const values = runs.map((run) => figure.of(run));
  const at = (pick: (i: number) => number | undefined) => runs.map((_, i) => pick(i) ?? null);
  const [low, high] = [at((i) => values[i]?.low), at((i) => values[i]?.high)];
  const regressed = at((i) => (runs[i]!.regressed ? values[i]?.value : undefined));
  const has = (series: readonly (number | null)[]) => series.some((value) => value !== null);
  const label = (i: number) => (Number.isInteger(i) ? labelOf(runs[i]!) : '');
  return {
    title: `${figure.title[0]!.toUpperCase()}${figure.title.slice(1)} of each run`,
    x: runs.map((_, i) => i),
    series: [
      { name: figure.title, colour: 1, values: at((i) => values[i]?.value), joined: true },
      ...(has(low) ? [{ name: 'lower end of its range', colour: 6, values: low, joined: true }] : []),
      ...(has(high) ? [{ name: 'upper end', colour: 6, values: high, joined: true }] : []),
      ...(has(regressed) ? [{ name: 'regressed', colour: 3, values: regressed }] : []),
    ],
    formatX: label,
    formatY: figure.format,
    xLabel: 'runs, newest last',
  };
}

/** The release of a run, or the day of its end. */
function labelOf(run: TrendRun): string {
  return run.release ?? endText(run).slice(0, 10);
}

function runTable(runs: readonly TrendRun[], figures: readonly TrendFigure[]): string {
  const head = [
    ...[{ text: 'run' }, 'ended (UTC)', 'release', 'verdict'],
    ...figures.flatMap(({ title, isRanged }) => (isRanged ? [title, 'range'] : [title])),
    { text: 'compared' },
  ];
  const rows = runs.toReversed().map((run) => [
    ...[{ text: run.name }, e(endText(run)), e(run.release ?? '–')],
    `<span class="${VERDICT_CLASSES[run.verdict]}">${run.verdict}</span>`,
    ...figures.flatMap((figure) => {
      const value = figure.of(run);
      const shown = value === undefined ? '–' : e(figure.format(value.value));
      return figure.isRanged ? [shown, value === undefined ? '' : e(rangeText(figure, value))] : [shown];
    }),
    { html: compared(run) },
  ]);
  return section('Runs', head, rows);
}

function compared({ comparison, reason }: TrendRun): string {
  if (comparison === undefined) return e(reason ?? '');
  const { word, style } = SHOWN_RESULTS[comparison.result];
  const result = `<span class="${RESULT_CLASSES[style]}">${word.toLowerCase()}</span>`;
  if (comparison.result === 'Unchanged') return result;
  return `${result} against ${e(comparison.baseline)}: ${e(comparison.message)}`;
}
