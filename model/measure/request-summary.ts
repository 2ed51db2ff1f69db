import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { thresholdsOf } from '../../api/loadtest/threshold.ts';
import { type LiveCounts, recordOf } from '../../api/status/counters.ts';
import { addCounts, noCounts } from './counters.ts';
import type { Histogram } from './histogram.ts';
import { addMessages } from './merge-snapshots.ts';
import { mergeOutcomes, type Outcomes, outcomesOf } from './outcomes.ts';
import { overdueOf } from './overdue.ts';
import { mergePacked, type PackedHistogram } from './packed-histogram.ts';
import { type Snapshot, TIME_NAMES, type Times } from './snapshot.ts';
import { addBytes, type Bytes } from './transfer/bytes.ts';
import { type EventsOf, mergeEvents } from './transfer/events.ts';

/** The measurement of the requests of one name. Histograms are of microseconds. */
export type RequestSummary = Times<Histogram> & {
  name: string;
  counts: LiveCounts;
  /** The same requests, each with its time less the generator's own part. */
  withoutGenerator: Times<Histogram>;
  /** Requests, at least, that the end cut off after a longer wait than a threshold allows. */
  overdue: number;
  /** Undefined where no transport counted any. */
  bytes?: Bytes | undefined;
  /** Of streams that the target sent. */
  messages: number;
  /** Undefined without events. */
  events?: EventsOf<Histogram> | undefined;
  /** Undefined when the termination message of a lost runner had no room for the outcomes of this name. */
  outcomes: Outcomes | undefined;
};

/** Merges the measurements of the requests of one name. */
export function mergeRequest(spec: LoadTestSpec, name: string, snapshots: readonly Snapshot[]): RequestSummary {
  const parts = snapshots.flatMap((s) => s.requests.filter((r) => r.name === name));
  const counts = parts.map((p) => p.counts).reduce(addCounts, noCounts());
  const withoutGenerator = timesOf(
    parts.map((p) => p.withoutGenerator),
    mergePacked,
  );
  return {
    name,
    counts,
    ...timesOf(parts, mergePacked),
    withoutGenerator,
    overdue: overdueOf(thresholdsOf(spec), { name, counts, withoutGenerator }),
    bytes: addBytes(parts.map((p) => p.bytes)),
    messages: addMessages(parts),
    events: mergeEvents(parts.map((p) => p.events)),
    outcomes: mergeOutcomes(snapshots.map((s) => outcomesOf(s, name))),
  };
}

/** The times of all `parts`, merged by `merge`. */
export function timesOf<H extends Histogram | PackedHistogram>(
  parts: readonly Times<H>[],
  merge: (histograms: readonly H[]) => Histogram,
): Times<Histogram> {
  return recordOf(TIME_NAMES, (time) => merge(parts.map((p) => p[time])));
}
