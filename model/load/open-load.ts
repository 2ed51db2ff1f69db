import { microseconds, perUsToPerSecond, usToSeconds } from '../../api/common/duration.ts';
import { formatCount } from '../../api/common/quantity.ts';
import type { OpenLoad } from '../../api/loadtest/load/open-load.ts';
import { type EnginePosition, shareAt, stripeAt, WHOLE } from './engine-position.ts';
import type { LoadModel } from './load-model.ts';
import { areaAt, rateAt, type Schedule, scheduleOf } from './schedule.ts';
import { type Stripe, shareOf } from './stripe.ts';

/** An engine's part of an open load: its stripe of the schedule, and its share of the requests in flight. */
export type OpenPlan = {
  type: 'Open';
  lengthUs: number;
  schedule: Schedule;
  /** The arrivals of the engine. */
  stripe: Stripe;
  /** All arrivals: they come due in the order of their numbers, whichever engine sends them. */
  series: Stripe;
  maxInFlight: number;
};

/** Arrivals a second that one engine sends reliably while it keeps its pace: a fraction of the most that it can send. */
const ARRIVALS_PER_ENGINE = 5_000;

/** The open workload model: arrivals at a rate that is set, whatever the responses do. */
export function openLoad(load: OpenLoad): LoadModel<OpenPlan> {
  const schedule = scheduleOf(load);
  const { durationUs, segments } = schedule;
  const peakPerSecond = perUsToPerSecond(Math.max(...segments.map((s) => Math.max(s.fromPerUs, s.toPerUs))));
  return {
    lengthUs: durationUs,
    lengthField: 'load.open.stages',
    iterations: Number.POSITIVE_INFINITY,
    isPaced: true,
    isSteady: segments.every((s) => s.fromPerUs === s.toPerUs && s.fromPerUs === segments[0]!.fromPerUs),
    search: undefined,
    mostRunners: Number.POSITIVE_INFINITY,
    peakPerSecond,
    inFlightLimit: { count: load.maxInFlight, field: 'load.open.maxInFlight' },
    perSecondAt: (timeUs) => perUsToPerSecond(rateAt(schedule, timeUs)),
    arrivalsUntil: (timeUs) => areaAt(schedule, timeUs),
    mayCome: (count, mean) => Math.abs(count - mean) <= (load.arrivals === 'Poisson' ? 4 * Math.sqrt(mean) : 1),
    userTimeUntil: () => undefined,
    description: () => descriptionOf(load),
    comparedFields: () => comparedFieldsOf(load),
    sizeProblems: ({ maxRate }) => (maxRate === undefined ? [] : rateProblems(load, maxRate)),
    usefulWorkers: (runner) => openWorkers(peakPerSecond, load.maxInFlight, runner),
    planOf: (position: EnginePosition) => ({
      type: 'Open',
      lengthUs: durationUs,
      schedule,
      stripe: stripeAt(position),
      series: WHOLE.runner,
      maxInFlight: shareAt(load.maxInFlight, position),
    }),
  };
}

/** The most worker threads that one runner can use for arrivals that wait for nothing, at a peak rate of the whole test. */
export function openWorkers(peakPerSecond: number, maxInFlight: number, runner: Stripe): number {
  return Math.min(Math.ceil(peakPerSecond / runner.count / ARRIVALS_PER_ENGINE), shareOf(maxInFlight, runner));
}

function descriptionOf({ stages, startRate, per, arrivals }: OpenLoad): string {
  const unit = per === '1s' ? '/s' : ` per ${per}`;
  const rates = [startRate ?? stages[0]!.rate, ...stages.map((s) => s.rate)];
  const parts = stages.map(({ rate, duration }, i) =>
    rates[i] === rate
      ? `${formatCount(rate)}${unit} for ${duration}`
      : `${formatCount(rates[i]!)} to ${formatCount(rate)}${unit} in ${duration}`,
  );
  return `open model, ${arrivals === 'Poisson' ? 'Poisson' : 'uniform'} arrivals: ${parts.join(', ')}`;
}

function comparedFieldsOf({ stages, startRate, per, arrivals }: OpenLoad): Record<string, unknown> {
  const perSeconds = usToSeconds(microseconds(per));
  return {
    'load.open.stages': stages.map((s) => [microseconds(s.duration), s.rate / perSeconds]),
    'load.open.startRate': (startRate ?? stages[0]!.rate) / perSeconds,
    'load.open.arrivals': arrivals,
  };
}

/** Names the start rate and the first stage that are above the limit, arrivals a second. */
function rateProblems({ startRate = 0, stages, per }: OpenLoad, maxPerSecond: number): string[] {
  const most = (maxPerSecond * microseconds(per)) / 1e6;
  const problem = (field: string) => `load.open.${field}: exceeds the limit of ${maxPerSecond} a second`;
  const stage = stages.findIndex(({ rate }) => rate > most);
  return [
    ...(startRate > most ? [problem('startRate')] : []),
    ...(stage >= 0 ? [problem(`stages[${stage}].rate`)] : []),
  ];
}
