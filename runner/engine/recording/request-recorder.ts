import type { LiveCounts } from '../../../api/status/counters.ts';
import { noCounts } from '../../../model/measure/counters.ts';
import { bucketFor, Histogram } from '../../../model/measure/histogram.ts';
import type { Outcomes } from '../../../model/measure/outcomes.ts';
import { PackedHistogram } from '../../../model/measure/packed-histogram.ts';
import { mapTimes, type Times } from '../../../model/measure/snapshot.ts';
import { type EventsOf, mapEvents } from '../../../model/measure/transfer/events.ts';
import { ByteTally } from '../../transport/byte-tally.ts';
import { type EndedTimes, UNWRITTEN } from '../delay/request-times.ts';

/** What one engine has counted of one request of the spec. */
export type RequestRecorder = Times<Histogram> & {
  counts: LiveCounts;
  withoutGenerator: Times<Histogram>;
  bytes: ByteTally;
  /** Of streams that the target sent. */
  messages: number;
  /** Undefined before the first event. */
  events: EventsOf<Histogram> | undefined;
  /** Responses by status. */
  statuses: Float64Array;
  errors: Map<string, number>;
  /** What the trials before the newest one have counted. */
  before: { made: number; responseTime: PackedHistogram | undefined };
};

/** Nothing counted, with histograms in memory that threads share. */
export function newRequestRecorder(): RequestRecorder {
  return {
    counts: noCounts(),
    ...sharedTimes(),
    withoutGenerator: sharedTimes(),
    bytes: new ByteTally(),
    messages: 0,
    events: undefined,
    statuses: new Float64Array(1000),
    errors: new Map(),
    before: { made: 0, responseTime: undefined },
  };
}

function sharedTimes(): Times<Histogram> {
  return { responseTime: Histogram.shared(), firstByte: Histogram.shared(), serviceTime: Histogram.shared() };
}

/** A trial begins: what was counted so far belongs to the ones before. */
export function beginTrial(recorder: RequestRecorder): void {
  recorder.before = { made: recorder.counts.made, responseTime: PackedHistogram.of(recorder.responseTime) };
}

/**
 * Records a request that has ended. One that was not written has no service time. Most responses come in one read: then the time until the first
 * byte is the whole, whose bucket is known.
 */
export function recordTimes(recorder: RequestRecorder, times: EndedTimes): void {
  const { responseTime, firstByte, serviceTime, withoutGenerator } = recorder;
  const { intendedUs, writtenUs, firstByteUs, endedUs } = times;
  const isWhole = firstByteUs === endedUs;
  const whole = bucketFor(endedUs - intendedUs);
  const wholeWithoutOwn = bucketFor(endedUs - intendedUs - times.ownUs);
  responseTime.recordIn(whole);
  withoutGenerator.responseTime.recordIn(wholeWithoutOwn);
  firstByte.recordIn(isWhole ? whole : bucketFor(firstByteUs - intendedUs));
  withoutGenerator.firstByte.recordIn(
    isWhole ? wholeWithoutOwn : bucketFor(firstByteUs - intendedUs - times.ownFirstByteUs),
  );
  if (writtenUs === UNWRITTEN) return;
  serviceTime.record(endedUs - writtenUs);
  withoutGenerator.serviceTime.record(endedUs - writtenUs - times.ownServiceUs);
}

/** The events of a request, from the first one on. */
export function eventsOf(recorder: RequestRecorder): EventsOf<Histogram> {
  recorder.events ??= { received: 0, first: Histogram.shared(), between: Histogram.shared() };
  return recorder.events;
}

/** Responses by the codes of their statuses, and errors by kind. */
export function outcomesOf({ statuses, errors }: RequestRecorder, codeOf: (status: number) => string): Outcomes {
  const responses: Outcomes['responses'] = [];
  for (let status = 0; status < statuses.length; status++) {
    const count = statuses[status]!;
    if (count > 0) responses.push({ code: codeOf(status), count });
  }
  return { responses, errors: [...errors].map(([kind, count]) => ({ kind, count })) };
}

/** What a snapshot contains of a request, with the live counts of its histograms. */
export function measuredOf({ counts, responseTime, firstByte, serviceTime, ...rest }: RequestRecorder) {
  const { withoutGenerator, bytes, messages, events } = rest;
  return {
    counts: { ...counts },
    ...mapTimes({ responseTime, firstByte, serviceTime }, countsOf),
    withoutGenerator: mapTimes(withoutGenerator, countsOf),
    ...(bytes.sent > 0 && { bytes: { sent: bytes.sent, received: bytes.received + 0 } }),
    ...(messages > 0 && { messages }),
    ...(events && { events: mapEvents(events, countsOf) }),
  };
}

export function countsOf({ counts }: Histogram): Float64Array {
  return counts;
}
