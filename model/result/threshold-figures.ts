import { usToSeconds } from '../../api/common/duration.ts';
import { limitedMetric, METRIC_PATTERN, UNITS, type Unit, unitOf } from '../../api/loadtest/metrics.ts';
import { thresholdOutcome } from '../../api/status/verdict.ts';

/** The units of the limits, for metrics; each is the end of a metric's name, because a metric of Prometheus has one unit. */
const LIMIT_UNITS = ['seconds', 'ratio', 'rate'] as const;
type LimitUnit = (typeof LIMIT_UNITS)[number];

const LIMIT_UNIT = { duration: 'seconds', percent: 'ratio', number: 'rate' } as const satisfies Record<Unit, LimitUnit>;

type Bound = 'max' | 'min';
type Labels = { metric: string; request: string };

/** A threshold of a spec, or its result in a status. */
export type Limited = {
  metric: string;
  request?: string | undefined;
  max?: string | undefined;
  min?: string | undefined;
};
export type Judged = Limited & { observed?: string | undefined; passed: boolean; inconclusive?: string | undefined };

/** The figures of the thresholds of one metric of one request. */
export type ThresholdFigures = {
  unit: LimitUnit;
  labels: Labels;
  limits: readonly { labels: Labels & { bound: Bound }; value: number }[];
  /** Absent until the thresholds are judged. */
  observed: number | undefined;
  /** 1, 0, or NaN where the run cannot tell; absent until the thresholds are judged. */
  passed: number | undefined;
};

const STRICTEST = { max: Math.min, min: Math.max } as const satisfies Record<Bound, (...limits: number[]) => number>;

/**
 * The figures of thresholds, judged or not. Several of the same metric and request are one, since a series exists once: it has the strictest
 * limits and the worst outcome. A metric that this version does not know, from an older one's status, is left out.
 */
export function thresholdFigures(thresholds: readonly (Limited | Judged)[]): ThresholdFigures[] {
  const known = thresholds.filter(({ metric }) => METRIC_PATTERN.test(metric));
  const groups = Map.groupBy(known, (t) => `${limitedMetric(t)} ${t.request ?? ''}`);
  return [...groups.values()].map((same) => {
    const { metric, request = '' } = same[0]!;
    const unit = unitOf(limitedMetric(same[0]!));
    const labels = { metric, request };
    const read = (text: string) =>
      unit === 'duration' ? usToSeconds(UNITS[unit].parse(text)) : UNITS[unit].parse(text);
    const judged = same.filter((t): t is Judged => 'passed' in t);
    const observed = judged.find((t) => t.observed !== undefined)?.observed;
    return {
      unit: LIMIT_UNIT[unit],
      labels,
      limits: (['max', 'min'] as const).flatMap((bound) => {
        const limits = same.flatMap((t) => t[bound] ?? []).map(read);
        return limits.length === 0 ? [] : { labels: { ...labels, bound }, value: STRICTEST[bound](...limits) };
      }),
      observed: observed === undefined ? undefined : read(observed),
      passed: judged.length === 0 ? undefined : worst(judged),
    };
  });
}

const UNIT_WORDS = {
  seconds: 'times, in seconds',
  ratio: 'shares, from 0 to 1',
  rate: 'rates, per second',
} as const satisfies Record<LimitUnit, string>;

/** A metric about thresholds: the end of its name, and its series. `unit` is undefined for one that has none. */
export type ThresholdMetric = {
  name: string;
  unit: LimitUnit | undefined;
  help: string;
  labels: readonly string[];
  of: (
    thresholds: readonly ThresholdFigures[],
  ) => readonly { labels: Readonly<Record<string, string>>; value: number | undefined }[];
};

/** The metrics about the thresholds of a test, for a scrape and for a push alike. */
export const THRESHOLD_METRICS: readonly ThresholdMetric[] = [
  ...LIMIT_UNITS.flatMap((unit): ThresholdMetric[] => [
    {
      name: `limit_${unit}`,
      unit,
      help: `Limits of thresholds on ${UNIT_WORDS[unit]}; bound is max or min, and an empty request means all together.`,
      labels: ['metric', 'request', 'bound'],
      of: (thresholds) => thresholds.flatMap((t) => (t.unit === unit ? t.limits : [])),
    },
    {
      name: `observed_${unit}`,
      unit,
      help: `Values of the thresholds on ${UNIT_WORDS[unit]}, once they are judged.`,
      labels: ['metric', 'request'],
      of: (thresholds) => thresholds.flatMap((t) => (t.unit === unit ? { labels: t.labels, value: t.observed } : [])),
    },
  ]),
  {
    name: 'passed',
    unit: undefined,
    help: 'Whether a threshold holds: 1 it does, 0 it is broken, NaN the run cannot tell; absent until it is judged.',
    labels: ['metric', 'request', 'unit'],
    of: (thresholds) => thresholds.map(({ labels, unit, passed }) => ({ labels: { ...labels, unit }, value: passed })),
  },
];

function worst(judged: readonly Judged[]): number {
  const outcomes = judged.map(thresholdOutcome);
  if (outcomes.includes('broken')) return 0;
  return outcomes.includes('undecided') ? Number.NaN : 1;
}
