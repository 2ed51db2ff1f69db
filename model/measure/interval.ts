import { countsSince } from './counters.ts';
import { errorsSince, outcomesSince, responsesSince } from './outcomes.ts';
import { PackedHistogram, subtractPacked } from './packed-histogram.ts';
import { mapTimes, type Snapshot, type Times } from './snapshot.ts';

/**
 * The measurement between two snapshots of the same runners, as a snapshot of its own. Everything in a snapshot is cumulative: an interval
 * is a difference, and its percentiles are exact. `inFlight` and `pending` are those of its end. Without `before` it begins with the load.
 */
export function since(before: Snapshot | undefined, now: Snapshot): Snapshot {
  if (before === undefined) return now;
  return {
    elapsedMs: now.elapsedMs - before.elapsedMs,
    requests: now.requests.map((request) => {
      const old = before.requests.find((r) => r.name === request.name);
      if (old === undefined) return request;
      return {
        name: request.name,
        counts: countsSince(old.counts, request.counts),
        ...timesSince(old, request),
        withoutGenerator: timesSince(old.withoutGenerator, request.withoutGenerator),
        ...(request.outcomes && old.outcomes && { outcomes: outcomesSince(old.outcomes, request.outcomes) }),
      };
    }),
    responses: responsesSince(before.responses, now.responses),
    errors: errorsSince(before.errors, now.errors),
    ...(now.redirects !== undefined && { redirects: Math.max(0, now.redirects - (before.redirects ?? 0)) }),
    pacingLag: difference(now.pacingLag, before.pacingLag),
    cpuMs: Math.max(0, now.cpuMs - before.cpuMs),
    eventLoopUtilization: now.eventLoopUtilization,
  };
}

function timesSince(before: Times<PackedHistogram>, now: Times<PackedHistogram>): Times<PackedHistogram> {
  return mapTimes(now, (histogram, time) => difference(histogram, before[time]));
}

function difference(now: PackedHistogram, before: PackedHistogram): PackedHistogram {
  return PackedHistogram.of(subtractPacked(now, before));
}
