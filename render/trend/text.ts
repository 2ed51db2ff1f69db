import { shownValue } from '../../api/common/shown/text.ts';
import { SHOWN_RESULTS } from '../common/comparison.ts';
import type { Paint } from '../common/paint.ts';
import { sparkline } from '../common/sparkline.ts';
import { type Align, table, tableWithin } from '../common/table.ts';
import { SHOWN_VERDICTS } from '../common/verdict.ts';
import { endText, figuresOf, rangeText, type TrendFigure } from './figures.ts';
import { runsText, type Trend, type TrendRun } from './trend.ts';

/** The newest runs that the table lists. */
const LISTED = 20;
/** The room of the name of a figure, of its value and of its range, beside its sparkline. */
const BESIDE = 50;

/** A trend as lines for a terminal: the course of each figure as a sparkline, and a table of the newest runs, the newest last. */
export function trendText(unsafe: Trend, { paint, width }: { paint: Paint; width: number }): string[] {
  const trend = shownValue(unsafe);
  const { metadata, schedule, timeZone, runs } = trend;
  const head = `${paint('bold', metadata.name)}  ${schedule}, ${timeZone}  ${runsText(trend)}`;
  if (runs.length === 0) return [head, 'no run has ended yet'];
  const figures = figuresOf(trend);
  const more = runs.length - LISTED;
  const note = paint('dim', `the newest ${LISTED} of ${runs.length} runs; --report and --json contain all`);
  return [
    head,
    '',
    ...table(
      figures.map((figure) => courseOf(figure, runs, Math.max(LISTED, width - BESIDE))),
      ['left', 'left', 'left', 'left'],
    ),
    '',
    ...runTable(runs.slice(-LISTED), figures, { paint, width }),
    ...(more > 0 ? [note] : []),
    ...lastRegression(runs, paint),
  ];
}

/** Name, sparkline, newest value and its range. */
function courseOf(figure: TrendFigure, runs: readonly TrendRun[], columns: number): string[] {
  const values = runs.map((run) => figure.of(run));
  const newest = values.findLast((value) => value !== undefined)!;
  const line = sparkline(
    values.map((v) => v?.value),
    columns,
  );
  return [figure.title, line, figure.format(newest.value), rangeText(figure, newest)];
}

function runTable(
  runs: readonly TrendRun[],
  figures: readonly TrendFigure[],
  { paint, width }: { paint: Paint; width: number },
): string[] {
  const hasReleases = runs.some(({ release }) => release !== undefined);
  const isCompared = runs.some(({ comparison }) => comparison !== undefined);
  const rows = runs.map((run) => [
    ...[run.name, endText(run)],
    ...(hasReleases ? [run.release ?? '-'] : []),
    paint(SHOWN_VERDICTS[run.verdict].style, run.verdict),
    ...(isCompared ? [comparedCell(run, paint)] : []),
    ...figures.map((figure) => {
      const value = figure.of(run);
      return value === undefined ? '-' : figure.format(value.value);
    }),
  ]);
  const texts = [
    ...['RUN', 'ENDED (UTC)', ...(hasReleases ? ['RELEASE'] : []), 'VERDICT'],
    ...(isCompared ? ['COMPARED'] : []),
  ];
  const head = [...texts, ...figures.map(({ title }) => title.toUpperCase())];
  return tableWithin(
    width,
    [head, ...rows],
    head.map((_, i): Align => (i < texts.length ? 'left' : 'right')),
  );
}

function comparedCell({ comparison }: TrendRun, paint: Paint): string {
  if (comparison === undefined) return '-';
  const { style, word } = SHOWN_RESULTS[comparison.result];
  return paint(style, word.toLowerCase());
}

/** What the newest regression was. */
function lastRegression(runs: readonly TrendRun[], paint: Paint): string[] {
  const run = runs.findLast(({ regressed }) => regressed);
  const { style, word } = SHOWN_RESULTS.Regressed;
  if (run?.comparison === undefined) return [];
  const { baseline, message } = run.comparison;
  return ['', `${paint(style, word)}  ${run.name} against ${baseline}: ${message}`];
}
