import { formatMicroseconds } from '../../api/common/duration.ts';
import { formatCount, formatShare } from '../../api/common/quantity.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { ConditionState } from '../../api/status/conditions.ts';
import type { Reasons } from '../../api/status/reasons.ts';
import { loadModelOf } from '../load/load-models.ts';
import type { Summary } from '../measure/summary.ts';
import { dropped, moreCpu, moreRunners } from './advice.ts';

type Saturation = ConditionState<'GeneratorSaturated'>;

/**
 * Every measured response time contains the pacing lag. Below the floor the lag is the resolution of an event loop's timers; above it,
 * the lag spoils the result when it is a large share of the response time.
 */
const LAG_FLOOR_US = 20_000;
const LAG_SHARE = 0.25;

/** A load that is sent later than this is no longer the load of the spec, however slow the responses are. */
const LAG_LIMIT_US = 250_000;

/** Where a load that waits for responses keeps the event loop busy all the time, faster responses would not have shown. */
const BUSY = 0.95;

/** A generator that its CPU limit stops for a twentieth of the time measures that limit in a twentieth of its response times. */
const THROTTLED = 0.05;

/**
 * Whether the load generator was the limit. Where the result holds despite a pacing lag (`holdsDespiteLag`), the message mentions a
 * moderate lag, and the status ignores it.
 */
export function saturation(spec: LoadTestSpec, summary: Summary, holdsDespiteLag: boolean): Saturation {
  const exhausted = exhaustion(summary);
  if (exhausted !== undefined) return exhausted;
  const limit = throttledByLimit(spec, summary);
  if (!loadModelOf(spec.load).isPaced)
    return (limit && wasTheLimit(limit)) ?? busyLoop(spec, summary) ?? keptUp(spec, summary);
  return lateArrivals(spec, summary, limit, holdsDespiteLag) ?? keptUp(spec, summary);
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
    'use more runners or more addresses (target.localAddresses), or keep connections alive: a closed one holds its port for a minute',
  ],
  FileDescriptorsExhausted: [
    'no file descriptors were left for new connections',
    'use more runners, or raise the limit of open files on their nodes',
  ],
} as const;
type Exhaustion = keyof typeof EXHAUSTED;

function exhaustion({ errors }: Summary): Saturation | undefined {
  const error = errors.find(isExhaustion);
  if (error === undefined) return undefined;
  const [what, advice] = EXHAUSTED[error.kind];
  return wasTheLimit({ reason: error.kind, what: `${what} (${formatCount(error.count)} requests)`, advice });
}

function isExhaustion(error: Summary['errors'][number]): error is Summary['errors'][number] & { kind: Exhaustion } {
  return Object.hasOwn(EXHAUSTED, error.kind);
}

function keptUp(spec: LoadTestSpec, summary: Summary): Saturation {
  const { pacingLag, eventLoopUtilization, throttled } = summary;
  const lag = pacingLag.valueAtPercentile(99);
  const figures = [
    lag === undefined ? '' : `pacing lag p99 ${formatMicroseconds(lag)}`,
    `event loop ${formatShare(eventLoopUtilization)} busy`,
    throttled ? `stopped by its CPU limit ${formatShare(throttled)} of the time` : '',
  ].filter(Boolean);
  const sentences = [`the load generator kept up: ${figures.join(', ')}`, dropped(spec, summary)].filter(Boolean);
  return { status: 'False', reason: 'GeneratorKeptUp', message: sentences.join('; ') };
}

function throttledByLimit(spec: LoadTestSpec, summary: Summary): Cause | undefined {
  const { throttled = 0 } = summary;
  if (throttled < THROTTLED) return undefined;
  const what = `its CPU limit stopped it ${formatShare(throttled)} of the time`;
  return { reason: 'CPUThrottled', what, advice: moreCpu(spec, summary) };
}

function lateArrivals(
  spec: LoadTestSpec,
  summary: Summary,
  limit: Cause | undefined,
  holdsDespiteLag: boolean,
): Saturation | undefined {
  const lag = summary.pacingLag.valueAtPercentile(99) ?? 0;
  const measured = summary.responseTime.valueAtPercentile(99) ?? 0;
  const isLate = lag > LAG_LIMIT_US || (lag > LAG_FLOOR_US && lag > measured * LAG_SHARE);
  const cause = isLate ? lateBecause(spec, summary, lag, limit) : limit;
  if (cause === undefined) return undefined;
  return holdsDespiteLag && !(isLate && lag > LAG_LIMIT_US) ? isStated(cause) : wasTheLimit(cause);
}

/** The cause of late arrivals, as far as the generator's own figures show it. */
function lateBecause(spec: LoadTestSpec, summary: Summary, lag: number, limit: Cause | undefined): Cause {
  const late = `requests were sent late (pacing lag p99 ${formatMicroseconds(lag)})`;
  if (limit !== undefined) return { ...limit, what: `${late} as ${limit.what}` };
  const { gc } = summary;
  const pauses =
    gc === undefined || gc.maxUs < lag * LAG_SHARE
      ? ''
      : `, garbage collection paused it for up to ${formatMicroseconds(gc.maxUs)} and ${formatShare(gc.share)} of the time`;
  return { reason: 'PacingLag', what: `${late}${pauses}`, advice: moreRunners(spec, summary) };
}

function busyLoop(spec: LoadTestSpec, summary: Summary): Saturation | undefined {
  const { eventLoopUtilization } = summary;
  if (eventLoopUtilization < BUSY) return undefined;
  const what = `its event loop was ${formatShare(eventLoopUtilization)} busy`;
  return wasTheLimit({ reason: 'EventLoopBusy', what, advice: moreRunners(spec, summary) });
}
