import { formatMicroseconds, microseconds, msToSeconds } from '../../api/common/duration.ts';
import { formatCount, formatNumber, resourceQuantity } from '../../api/common/quantity.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { loadModelOf } from '../load/load-models.ts';
import { thinkTimesUs } from '../measure/rate/iterations.ts';
import type { Summary } from '../measure/summary.ts';
import { isSequential } from '../request/request-order.ts';

/** The busy share of an event loop that still keeps its pace: the rest is for bursts, and for other work of its machine. */
const ROOM = 0.7;

/**
 * The runners that would carry the load with their event loops at most ROOM busy.
 *
 * In t seconds n runners began m arrivals, and the loops of the busiest runner were busy for the share u of the time. An arrival
 * therefore cost at most n·u·t/m seconds of a runner, and R arrivals a second, the peak rate, cost R·n·u·t/m seconds each second: so many
 * runners if they were never idle, divided by ROOM because they should be. Time in which a CPU limit stopped a working runner is busy
 * time, so that the result is for runners of the same limit. A load without a peak rate asks for no rate; its n runners were busy for u,
 * and n·u/ROOM is the least that leaves them room, as faster responses would ask for more.
 */
export function runnersNeeded(spec: LoadTestSpec, summary: Summary): number {
  const { runners, eventLoopUtilization, elapsedMs, iterations } = summary;
  const busy = runners * eventLoopUtilization;
  const arrivals = iterations.made;
  const { peakPerSecond } = loadModelOf(spec.load);
  if (peakPerSecond === undefined || arrivals === 0) return Math.ceil(busy / ROOM);
  return Math.ceil((peakPerSecond * busy * msToSeconds(elapsedMs)) / arrivals / ROOM);
}

/** The advice for event loops that were the limit. */
export function moreRunners(spec: LoadTestSpec, summary: Summary): string {
  const needed = runnersNeeded(spec, summary) - summary.runners;
  const more = Math.min(needed, possible(spec, summary));
  if (more < 1 && needed >= 1) return 'more runners cannot share so few users: run it on a faster or less busy node';
  if (more < 1) return 'its event loops had room: give the runners CPU of their own, by requests or on other nodes';
  const what = loadModelOf(spec.load).peakPerSecond === undefined ? 'leave them room' : 'carry this rate';
  return `${runnersText(more)} would ${what}`;
}

/** The advice for runners that a CPU limit stopped: raise the limit by the factor by which more runners would be needed. */
export function moreCpu(spec: LoadTestSpec, summary: Summary): string {
  const more = Math.max(1, runnersNeeded(spec, summary) - summary.runners);
  const factor = (summary.runners + more) / summary.runners;
  const limit = spec.runners.template?.resources?.limits?.cpu;
  if (limit === undefined) return `raise the CPU limit that it runs under to ${formatNumber(factor)} times as much`;
  const field = 'spec.runners.template.resources.limits.cpu';
  const runners = possible(spec, summary) < more ? '' : `, or use ${runnersText(more)}`;
  return `raise ${field} from ${limit} to ${raise(limit, factor)}${runners}`;
}

/** How many runners more can share the load. */
function possible({ load }: LoadTestSpec, { runners }: Summary): number {
  return loadModelOf(load).mostRunners - runners;
}

/** An amount of CPU times `factor`, rounded up to a tenth of a core, in Kubernetes' notation: "500m" by 1.5 is "800m". */
function raise(amount: string, factor: number): string {
  const tenths = Math.ceil(resourceQuantity(amount) * factor * 10 - 1e-9);
  return tenths % 10 === 0 ? String(tenths / 10) : `${tenths * 100}m`;
}

function runnersText(more: number): string {
  return `${more} more ${more === 1 ? 'runner' : 'runners'}`;
}

/**
 * Why arrivals were dropped, and the in-flight limit that would suffice; undefined when none were. Requests that come R times a second
 * and stay for s seconds are R·s at once (Little's law). Here s is the 99th percentile, or the timeout once requests time out; for a
 * sequential test, the sum over the requests of an iteration and their think times.
 */
export function dropped(spec: LoadTestSpec, summary: Summary): string | undefined {
  const { counts } = summary;
  const { inFlightLimit, peakPerSecond = 0 } = loadModelOf(spec.load);
  if (inFlightLimit === undefined || counts.dropped === 0) return undefined;
  const stayUs = Math.max(counts.timeout > 0 ? microseconds(spec.target.timeout) : 0, serviceTimeP99Us(spec, summary));
  const thinkTimeUs = thinkTimesUs(spec);
  const wanted = Math.ceil((peakPerSecond * (stayUs + thinkTimeUs)) / 1e6);
  const were = `${formatCount(counts.dropped)} arrivals were dropped as ${formatCount(inFlightLimit.count)} ${isSequential(spec) ? 'iterations' : 'requests'} were in flight`;
  if (wanted <= inFlightLimit.count) return were;
  const responses = counts.timeout > 0 ? `timeouts of ${spec.target.timeout}` : 'responses as slow as these';
  const why = thinkTimeUs === 0 ? responses : `${responses} and think times of ${formatMicroseconds(thinkTimeUs)}`;
  return `${were}; with ${why} this rate keeps up to ${formatCount(wanted)} in flight: ${inFlightLimit.field} decides how many may be`;
}

/** The 99th percentile of the service time; for a sequential test, the sum of those of its requests. */
function serviceTimeP99Us(spec: LoadTestSpec, { serviceTime, requests }: Summary): number {
  const steps = isSequential(spec) ? requests.map((r) => r.serviceTime) : [serviceTime];
  return steps.reduce((sum, step) => sum + (step.valueAtPercentile(99) ?? 0), 0);
}
