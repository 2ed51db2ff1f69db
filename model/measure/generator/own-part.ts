import type { LoadTestSpec } from '../../../api/loadtest/loadtest.ts';
import { loadModelOf } from '../../load/load-models.ts';
import type { Histogram } from '../histogram.ts';
import type { Period } from '../rate/rate.ts';
import type { Times } from '../snapshot.ts';

/** The percentiles at which two distributions of the same requests are compared. */
const PERCENTILES = [50, 90, 95, 99, 99.9, 99.99, 100] as const;

/**
 * The generator's own part of a distribution of times, as the difference of the percentile with and without it, microseconds: an estimate for
 * people, because the percentiles may be of different requests. 0 without values.
 */
export function ownPartUs(measured: Histogram, withoutGenerator: Histogram, percentile: number): number {
  const [all, less] = [measured, withoutGenerator].map((histogram) => histogram.valueAtPercentile(percentile) ?? 0);
  return Math.max(0, all! - less!);
}

/** The greatest own part that any percentile shows. */
export function greatestOwnPartUs(measured: Histogram, withoutGenerator: Histogram): number {
  return Math.max(...PERCENTILES.map((percentile) => ownPartUs(measured, withoutGenerator, percentile)));
}

/** Where a load that waits for responses keeps the event loop busy all the time, faster responses would not have shown. */
const BUSY = 0.95;

/** A generator that its CPU limit stops for a twentieth of the time measures that limit in a twentieth of its response times. */
const THROTTLED = 0.05;

/** In less than a second, an event loop that starts a load, or shares its CPU with others, is busy without being the limit. */
const LEAST_TIME_MS = 1_000;

/** Whether the event loop was busy for so long that it was the limit. */
export function isBusy({ eventLoopUtilization }: { eventLoopUtilization: number }, elapsedMs: number): boolean {
  return elapsedMs >= LEAST_TIME_MS && eventLoopUtilization >= BUSY;
}

/** Whether a CPU limit stopped the generator for a considerable share of the time. */
export function isThrottled({ throttled = 0 }: { throttled: number | undefined }): boolean {
  return throttled >= THROTTLED;
}

/** A load that is sent later than this is no longer the load of the spec, however slow the responses are. */
const LAG_LIMIT_US = 250_000;

/** Whether an open load was sent too late to be the one of the spec. */
export function isLate({ pacingLag }: { pacingLag: Histogram }): boolean {
  return (pacingLag.valueAtPercentile(99) ?? 0) > LAG_LIMIT_US;
}

type Measured = {
  pacingLag: Histogram;
  responseTime: Histogram;
  withoutGenerator: Times<Histogram>;
  eventLoopUtilization: number;
  throttled: number | undefined;
};

/** Requests as fast as this percentile fill the time that users lost: the target may have been fast just then. */
const FAST = 10;

/**
 * By how much the requests of a closed load would have been more without the generator's own part of the response times, as a share: 0.25 is a
 * quarter more. Its users lost that part, and would have sent further requests. Infinity where the generator was the limit of such a load, as faster
 * responses would not have shown. 0 for a load whose arrivals wait for no response, and Infinity when that was too late to be the load of the spec. `period` is the part of the load that was measured.
 */
export function lostShareOf({ load }: LoadTestSpec, measured: Measured, { fromUs, toUs }: Period): number {
  const model = loadModelOf(load);
  const endTimeUs = model.userTimeUntil(Math.min(toUs, model.lengthUs));
  if (endTimeUs === undefined) return isLate(measured) ? Number.POSITIVE_INFINITY : 0;
  if (isBusy(measured, (toUs - fromUs) / 1e3) || isThrottled(measured)) return Number.POSITIVE_INFINITY;
  const { responseTime, withoutGenerator } = measured;
  const { count } = responseTime;
  const meanUs = withoutGenerator.responseTime.mean ?? 0;
  const lostUs = count * Math.max(0, (responseTime.mean ?? 0) - meanUs);
  if (lostUs === 0) return 0;
  const userTimeUs = endTimeUs - (model.userTimeUntil(fromUs) ?? 0);
  const cycleUs = (userTimeUs - lostUs) / count;
  const fastUs = cycleUs - meanUs + (withoutGenerator.responseTime.valueAtPercentile(FAST) ?? 0);
  return fastUs > 0 ? lostUs / fastUs / count : Number.POSITIVE_INFINITY;
}
