import { formatMicroseconds, msToUs } from '../../api/common/duration.ts';
import { formatNumber } from '../../api/common/quantity.ts';
import type { Ranged, Trend, TrendRun } from './trend.ts';

/** A figure whose course over runs is shown. `format` shows it with its unit. */
export type TrendFigure = {
  title: string;
  of: (run: TrendRun) => Ranged | undefined;
  format: (value: number) => string;
  /** Whether runs know a range of it. */
  isRanged: boolean;
};

const FIGURES: readonly TrendFigure[] = [
  {
    title: 'capacity',
    of: (run) => run.capacityPerSecond,
    format: (rate) => `${formatNumber(rate)}/s`,
    isRanged: true,
  },
  { title: 'p99', of: (run) => run.p99Ms, format: (ms) => formatMicroseconds(msToUs(ms)), isRanged: true },
  {
    title: 'rate',
    of: ({ responsesPerSecond: value }) => (value === undefined ? undefined : { value }),
    format: (rate) => `${formatNumber(rate)}/s`,
    isRanged: false,
  },
];

/** The figures that some run of a trend has. */
export function figuresOf({ runs }: Trend): TrendFigure[] {
  return FIGURES.filter(({ of }) => runs.some((run) => of(run) !== undefined));
}

/** The range of a figure, such as "62ms to 66ms"; empty where it is unknown. */
export function rangeText({ format }: TrendFigure, { low, high }: Ranged): string {
  if (low === undefined && high === undefined) return '';
  if (high === undefined) return `at least ${format(low!)}`;
  return low === undefined ? `at most ${format(high)}` : `${format(low)} to ${format(high)}`;
}

/** When a run ended, to the minute in UTC; "-" when that is unknown. */
export function endText({ completionTime }: TrendRun): string {
  return completionTime === undefined ? '-' : completionTime.slice(0, 16).replace('T', ' ');
}
