import { formatMicroseconds, microseconds } from '../../api/common/duration.ts';
import { formatCount, formatNumber, resourceQuantity } from '../../api/common/quantity.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { loadModelOf } from '../load/load-models.ts';
import type { Summary } from '../measure/summary.ts';

/** How busy an event loop may be to be relied on: the rest is for bursts and for what else its machine does. */
const ROOM = 0.7;

/**
 * The runners that would carry the load with their event loops at most ROOM busy.
 *
 * In t seconds n runners began m arrivals, the busiest of them with its loops busy for the share u of the time. An arrival therefore cost
 * at most n·u·t/m seconds of a runner's, and R arrivals a second, the highest rate that is asked for, take R·n·u·t/m of them each second:
 * so many runners if they were never idle, and that divided by ROOM as they should be. Time in which a CPU limit stopped a runner at
 * work is busy time, so that the answer is for runners of the same limit. A closed load asks no rate; its n runners were busy for u,
 * and n·u/ROOM is the least that leaves them room, as answers that come faster ask for more.
 */
export function runnersNeeded(spec: LoadTestSpec, summary: Summary): number {
  const { runners, eventLoopUtilization, elapsedMs } = summary;
  const busy = runners * eventLoopUtilization;
  const arrivals = arrivalsOf(spec, summary);
  const { peakPerSecond } = loadModelOf(spec.load);
  if (peakPerSecond === undefined || arrivals === 0) return Math.ceil(busy / ROOM);
  return Math.ceil((peakPerSecond * busy * (elapsedMs / 1e3)) / arrivals / ROOM);
}

/** A journey begins with one arrival, and makes a request for each of its steps. */
function arrivalsOf({ requestOrder, requests }: LoadTestSpec, { counts }: Summary): number {
  return requestOrder === 'Sequential' ? counts.made / requests.length : counts.made;
}

/** What to do when the event loops were the limit. */
export function moreRunners(spec: LoadTestSpec, summary: Summary): string {
  const more = runnersNeeded(spec, summary) - summary.runners;
  if (more < 1) return 'its event loops had room: give the runners CPU of their own, by requests or on other nodes';
  const what = loadModelOf(spec.load).peakPerSecond === undefined ? 'leave them room' : 'carry this rate';
  return `${runnersText(more)} would ${what}`;
}

/** What to do when a CPU limit stopped the runners: a limit that is higher by as much as more runners would be needed. */
export function moreCpu(spec: LoadTestSpec, summary: Summary): string {
  const more = Math.max(1, runnersNeeded(spec, summary) - summary.runners);
  const factor = (summary.runners + more) / summary.runners;
  const limit = spec.runners.template?.resources?.limits?.cpu;
  if (limit === undefined) return `raise the CPU limit that it runs under to ${formatNumber(factor)} times as much`;
  const field = 'spec.runners.template.resources.limits.cpu';
  return `raise ${field} from ${limit} to ${raise(limit, factor)}, or use ${runnersText(more)}`;
}

/** An amount of CPU times `factor`, up to the next tenth of a core, as Kubernetes writes it: "500m" by 1.5 is "800m". */
function raise(amount: string, factor: number): string {
  const tenths = Math.ceil(resourceQuantity(amount) * factor * 10 - 1e-9);
  return tenths % 10 === 0 ? String(tenths / 10) : `${tenths * 100}m`;
}

function runnersText(more: number): string {
  return `${more} more ${more === 1 ? 'runner' : 'runners'}`;
}

/**
 * Why arrivals were dropped, and the cap that would hold them: what comes in R times a second and stays for s seconds is there R·s times
 * at once (Little's law), where s is what the slowest hundredth took, or the time-out once answers fail to come; of a journey, what all
 * its requests take together and what its user thinks.
 */
export function dropped(spec: LoadTestSpec, summary: Summary): string | undefined {
  const { counts } = summary;
  const { inFlightLimit, peakPerSecond = 0 } = loadModelOf(spec.load);
  if (inFlightLimit === undefined || counts.dropped === 0) return undefined;
  const stay = Math.max(counts.timeout > 0 ? microseconds(spec.target.timeout) : 0, slowest(spec, summary));
  const thinking = spec.requests.reduce((sum, { thinkTime }) => sum + microseconds(thinkTime ?? '0s'), 0);
  const wanted = Math.ceil((peakPerSecond * (stay + thinking)) / 1e6);
  const were = `${formatCount(counts.dropped)} arrivals were dropped as ${formatCount(inFlightLimit.count)} requests were in flight`;
  if (wanted <= inFlightLimit.count) return were;
  const responses = counts.timeout > 0 ? `time-outs of ${spec.target.timeout}` : 'answers as slow as these';
  const why = thinking === 0 ? responses : `${responses} and think times of ${formatMicroseconds(thinking)}`;
  return `${were}; with ${why} this rate keeps up to ${formatCount(wanted)} in flight: ${inFlightLimit.field} decides how many may be`;
}

/** What the slowest hundredth took to be answered, microseconds: requests, or the requests of a journey one after the other. */
function slowest({ requestOrder }: LoadTestSpec, { serviceTime, requests }: Summary): number {
  const steps = requestOrder === 'Sequential' ? requests.map((r) => r.serviceTime) : [serviceTime];
  return steps.reduce((sum, step) => sum + (step.valueAtPercentile(99) ?? 0), 0);
}
