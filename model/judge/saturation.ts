import { formatMicroseconds } from '../../api/common/duration.ts';
import { formatCount, formatShare } from '../../api/common/quantity.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { ConditionState } from '../../api/status/conditions.ts';
import type { GeneratorErrorKind } from '../../api/status/error-kinds.ts';
import type { Reasons } from '../../api/status/reasons.ts';
import { loadModelOf } from '../load/load-models.ts';
import { greatestOwnPartUs, isBusy, isLate, isThrottled, ownPartUs } from '../measure/generator/own-part.ts';
import type { Summary } from '../measure/summary.ts';
import { dropped, moreCpu, moreRunners } from './advice.ts';

type Saturation = ConditionState<'GeneratorSaturated'>;

/** A pause of at least this share of the lag is named as its explanation. */
const EXPLAINS = 0.25;

/** From this share of the median on, times are more the generator's than the target's, and "kept up" alone would not say so. */
const MUCH = 0.5;

/**
 * Whether the load generator was the limit: whether the load was not made as asked, or the generator's own part of the measurement decided
 * the result. `decided` names what it decided: undecided thresholds, and a regression that it explains.
 */
export function saturation(spec: LoadTestSpec, summary: Summary, decided: readonly string[]): Saturation {
  const cause = notAsAsked(spec, summary) ?? decidedByGenerator(spec, summary, decided);
  if (cause !== undefined) return wasTheLimit(cause);
  const throttled = throttledByLimit(spec, summary);
  return throttled === undefined ? keptUp(spec, summary) : isStated(throttled);
}

/** Why the load was not the one of the spec. */
function notAsAsked(spec: LoadTestSpec, summary: Summary): Cause | undefined {
  const exhausted = exhaustion(summary);
  if (exhausted !== undefined) return exhausted;
  if (loadModelOf(spec.load).isPaced) return lateArrivals(spec, summary);
  return throttledByLimit(spec, summary) ?? busyLoop(spec, summary);
}

/** A way in which the generator may have been the limit. `what` is a clause of the message, `advice` another. */
type Cause = { reason: Reasons['GeneratorSaturated']; what: string; advice: string };

function wasTheLimit({ reason, what, advice }: Cause): Saturation {
  return { status: 'True', reason, message: `the load generator was the limit: ${what}; ${advice}` };
}

function isStated({ reason, what }: Cause): Saturation {
  return { status: 'False', reason, message: `${what}, which response times contain; the result does not rest on it` };
}

/** Errors of the generator's machine, which the target did not cause. */
const EXHAUSTED = {
  PortsExhausted: [
    'no local ports were left for new connections',
    'use more runners or more addresses (target.http.localAddresses), or keep connections alive: a closed one holds its port for a minute',
  ],
  FileDescriptorsExhausted: [
    'no file descriptors were left for new connections',
    'use more runners, or raise the limit of open files on their nodes',
  ],
} as const satisfies Record<GeneratorErrorKind, readonly [what: string, advice: string]>;

function exhaustion({ errors }: Summary): Cause | undefined {
  const error = errors.find(isExhaustion);
  if (error === undefined) return undefined;
  const [what, advice] = EXHAUSTED[error.kind];
  return { reason: error.kind, what: `${what} (${formatCount(error.count)} requests)`, advice };
}

function isExhaustion(
  error: Summary['errors'][number],
): error is Summary['errors'][number] & { kind: GeneratorErrorKind } {
  return Object.hasOwn(EXHAUSTED, error.kind);
}

function keptUp(spec: LoadTestSpec, summary: Summary): Saturation {
  const { pacingLag, eventLoopUtilization, throttled, responseTime, withoutGenerator } = summary;
  const lag = pacingLag.valueAtPercentile(99);
  const times = [responseTime, withoutGenerator.responseTime] as const;
  const own = (percentile: number) => formatMicroseconds(ownPartUs(...times, percentile));
  const most = formatMicroseconds(greatestOwnPartUs(...times));
  const figures = [
    responseTime.count === 0
      ? ''
      : `without its own part the p50 of the response time is ${own(50)} less, the p99 ${own(99)}, and no percentile more than ${most}`,
    lag === undefined ? '' : `pacing lag p99 ${formatMicroseconds(lag)}`,
    `event loop ${formatShare(eventLoopUtilization)} busy`,
    throttled ? `stopped by its CPU limit ${formatShare(throttled)} of the time` : '',
  ].filter(Boolean);
  const isMuch = ownPartUs(...times, 50) > MUCH * (responseTime.valueAtPercentile(50) ?? 0);
  const kept = isMuch
    ? 'the load generator was not the limit, but much of the times is its own part'
    : 'the load generator kept up';
  const sentences = [`${kept}: ${figures.join(', ')}`, dropped(spec, summary)].filter(Boolean);
  return { status: 'False', reason: 'GeneratorKeptUp', message: sentences.join('; ') };
}

function throttledByLimit(spec: LoadTestSpec, summary: Summary): Cause | undefined {
  if (!isThrottled(summary)) return undefined;
  const what = `its CPU limit stopped it ${formatShare(summary.throttled ?? 0)} of the time`;
  return { reason: 'CPUThrottled', what, advice: moreCpu(spec, summary) };
}

function lateArrivals(spec: LoadTestSpec, summary: Summary): Cause | undefined {
  if (!isLate(summary)) return undefined;
  const lag = summary.pacingLag.valueAtPercentile(99)!;
  const late = `requests were sent late (pacing lag p99 ${formatMicroseconds(lag)})`;
  const limit = throttledByLimit(spec, summary);
  if (limit !== undefined) return { ...limit, what: `${late} as ${limit.what}` };
  return { reason: 'PacingLag', what: `${late}${pausesText(summary, lag)}`, advice: moreRunners(spec, summary) };
}

/** Garbage collection, where its pauses explain a delay. */
function pausesText({ gc }: Summary, delayUs: number): string {
  return gc === undefined || gc.maxUs < delayUs * EXPLAINS
    ? ''
    : `, garbage collection paused it for up to ${formatMicroseconds(gc.maxUs)} and ${formatShare(gc.share)} of the time`;
}

function busyLoop(spec: LoadTestSpec, summary: Summary): Cause | undefined {
  if (!isBusy(summary, summary.elapsedMs)) return undefined;
  const what = `its event loop was ${formatShare(summary.eventLoopUtilization)} busy`;
  return { reason: 'EventLoopBusy', what, advice: moreRunners(spec, summary) };
}

/** The load was made as asked, but the generator's own part of the measurement is what decides the result. */
function decidedByGenerator(spec: LoadTestSpec, summary: Summary, decided: readonly string[]): Cause | undefined {
  if (decided.length === 0) return undefined;
  const limit = throttledByLimit(spec, summary);
  if (limit !== undefined) return { ...limit, what: [...decided, limit.what].join(', ') };
  const greatest = greatestOwnPartUs(summary.responseTime, summary.withoutGenerator.responseTime);
  const what = `${decided.join(', ')}${pausesText(summary, greatest)}`;
  return { reason: 'GeneratorDelay', what, advice: moreRunners(spec, summary) };
}
