import type { Snapshot } from '../../api/protocol/snapshot.ts';
import type { LiveCounts } from '../../api/status/counters.ts';
import { noCounts } from './counters.ts';
import { Histogram } from './histogram.ts';
import { decodeHistogram, encodeHistogram } from './histogram-encoding.ts';
import { errorsSince, outcomesSince, responsesSince } from './outcomes.ts';

/**
 * What was measured between two snapshots of the same runners, as a snapshot of its own: counters are cumulative, so that a stretch of
 * time is a difference, its percentiles exact. `inFlight` and `pending` are those of its end. `before` is undefined for the beginning.
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
        counts: {
          ...subtract(request.counts, old.counts),
          inFlight: request.counts.inFlight,
          pending: request.counts.pending,
        },
        responseTime: difference(request.responseTime, old.responseTime),
        serviceTime: difference(request.serviceTime, old.serviceTime),
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

function subtract(now: LiveCounts, before: LiveCounts): LiveCounts {
  const change = noCounts();
  for (const key of Object.keys(change) as (keyof LiveCounts)[]) change[key] = Math.max(0, now[key] - before[key]);
  return change;
}

/** What `now` has more than `before`, bucket for bucket. */
function difference(now: string, before: string): string {
  return encodeHistogram(now === before ? new Histogram() : subtractHistogram(now, before));
}

/** What the encoded histogram `now` has more than `before`, bucket for bucket; all of it without one before. */
export function subtractHistogram(now: string, before: string | undefined): Histogram {
  const histogram = decodeHistogram(now) ?? new Histogram();
  const old = before === undefined ? undefined : decodeHistogram(before);
  if (old === undefined) return histogram;
  for (let i = 0; i < Histogram.LENGTH; i++) histogram.counts[i] = Math.max(0, histogram.counts[i]! - old.counts[i]!);
  return histogram;
}
