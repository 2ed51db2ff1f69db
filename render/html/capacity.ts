import { formatMicroseconds, microseconds } from '../../api/common/duration.ts';
import { formatShare, share } from '../../api/common/quantity.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { ReportDocument } from '../../api/report/report-document.ts';
import type { Capacity, FinishedTrial } from '../../api/status/capacity.ts';
import { capacityText } from '../../model/capacity/result/text.ts';
import { rateText } from '../../model/common/rate-text.ts';
import { rateUnit } from '../../model/measure/rate/iterations.ts';
import { TRIAL_COLUMNS, trialCells, trialOutcome } from '../common/capacity.ts';
import { escapeText as e } from '../common/escape.ts';
import { type Chart, chart } from './chart.ts';
import { errorLimitsOf, limitsOf } from './charts.ts';
import { section } from './section.ts';
import { tile } from './tile.ts';

/** What a search found: one sentence, the curve of the trials over their rates, and each trial. Empty for another load. */
export function capacity({ spec, status: { capacity: found } }: ReportDocument): string {
  if (found === undefined) return '';
  const unit = rateUnit(spec);
  const sentence = `<section><h2>Capacity</h2><p>${e(capacityText(found, unit))}</p></section>`;
  const { trials = [] } = found;
  const drawn = [...curve(found, spec, unit), ...overTrials(trials, unit)].map(chart).filter(Boolean);
  const charts = drawn.length === 0 ? '' : `<section class="charts">${drawn.join('\n')}</section>`;
  return sentence + charts + trialTable(trials);
}

/** The capacity and the ends of its bracket, large. */
export function capacityTiles({ rate, low, high }: Capacity, perSecond: string): string {
  const text = (value: number | undefined) => (value === undefined ? undefined : rateText(value));
  return [
    tile(`${perSecond} at the capacity`, text(rate), 'capacity'),
    tile('asked, which holds', text(low), 'low'),
    tile('asked, which does not hold', text(high), 'high'),
  ].join('');
}

/** The percentiles of a trial that the curve shows. */
const CURVE = ['p50', 'p95', 'p99'] as const;
const COLOURS = { p50: 1, p95: 2, p99: 3 } as const;

/** Response time and errors at each rate that was judged, in the middle of its trials, with the ends of the bracket. */
function curve({ trials = [], low, high }: Capacity, spec: LoadTestSpec, unit: string): Chart[] {
  const judged = trials.filter((trial) => trialOutcome(trial) !== 'none');
  const byRate = [...Map.groupBy(judged, ({ rate }) => rate)].toSorted(([a], [b]) => a - b);
  const valuesOf = (value: (trial: FinishedTrial) => number | undefined) =>
    byRate.map(([, same]) => middle(same.flatMap((trial) => value(trial) ?? [])));
  const marks = [
    ...(low === undefined ? [] : [{ name: `holds at ${rateText(low)}${unit}`, value: low }]),
    ...(high === undefined ? [] : [{ name: `does not at ${rateText(high)}${unit}`, value: high }]),
  ];
  const axis = { x: byRate.map(([rate]) => rate), formatX: rateText, xLabel: 'asked per second', marks };
  const times = CURVE.map((name) => ({
    name,
    colour: COLOURS[name],
    values: valuesOf((trial) => numberOf(trial[name], microseconds)),
  }));
  const errors = valuesOf((trial) => numberOf(trial.errors, share));
  return [
    {
      ...axis,
      title: 'Response time by rate',
      series: times.toReversed(),
      limits: limitsOf(spec, CURVE),
      formatY: formatMicroseconds,
      mayBeLogarithmic: true,
    },
    {
      ...axis,
      title: 'Errors by rate',
      series: [{ name: 'errors', colour: 4, values: errors }],
      limits: errorLimitsOf(spec),
      formatY: formatShare,
    },
  ];
}

function overTrials(trials: readonly FinishedTrial[], unit: string): Chart[] {
  return [
    {
      title: 'Trials',
      x: trials.map(({ number }) => number),
      series: [
        { name: `asked${unit}`, colour: 6, values: trials.map(({ rate }) => rate) },
        { name: 'held', colour: 1, values: trials.map((t) => (trialOutcome(t) === 'good' ? t.rate : null)) },
        { name: 'did not hold', colour: 3, values: trials.map((t) => (trialOutcome(t) === 'bad' ? t.rate : null)) },
      ],
      formatX: String,
      formatY: rateText,
      xLabel: 'trial',
    },
  ];
}

const MARKS = {
  good: '<span class="ok">✓ held</span>',
  bad: '<span class="no">✗ did not hold</span>',
  none: '<span class="unsure">not judged</span>',
};

function trialTable(trials: readonly FinishedTrial[]): string {
  const rows = trials.map((trial) => {
    const cells = trialCells(trial);
    return [MARKS[trialOutcome(trial)], ...cells.slice(0, -1).map(e), { text: cells.at(-1)! }];
  });
  return section('Trials', ['result', ...TRIAL_COLUMNS.slice(0, -1), { text: TRIAL_COLUMNS.at(-1)! }], rows);
}

function numberOf(text: string | undefined, parse: (text: string) => number): number | undefined {
  return text === undefined ? undefined : parse(text);
}

/** The median; of an even number the higher one. Null without values. */
function middle(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}
