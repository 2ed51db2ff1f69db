import type { LiveCounts } from '../../../api/status/counters.ts';
import { noCounts } from '../../../model/measure/counters.ts';
import { Histogram } from '../../../model/measure/histogram.ts';
import { PackedHistogram } from '../../../model/measure/packed-histogram.ts';
import type { Snapshot, Times } from '../../../model/measure/snapshot.ts';
import type { Summary } from '../../../model/measure/summary.ts';

/** A histogram of values in microseconds. */
export function histogramOf(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

/** `histogram` as every time of requests to which the generator added nothing. */
export function sameTimes<H>(histogram: H): Times<H> & { withoutGenerator: Times<H> } {
  const times = { responseTime: histogram, firstByte: histogram, serviceTime: histogram };
  return { ...times, withoutGenerator: times };
}

/** The summary of a run so far: the relevant counters, and response times in microseconds. */
export function summaryOf(elapsedMs: number, counts: Partial<LiveCounts> = {}, times: readonly number[] = []): Summary {
  return {
    counts: { ...noCounts(), ...counts },
    requests: [],
    responses: [],
    unexpected: [],
    redirects: 0,
    messages: 0,
    errors: [],
    ...sameTimes(histogramOf(times)),
    pacingLag: histogramOf([]),
    elapsedMs,
    iterations: { generated: 0, made: 0, done: 0, late: 0, open: 0, ...counts },
    rate: { achieved: 0, seconds: 0 },
    lostShare: 0,
    errorShare: 0.005,
    transport: 'Lean',
    cpu: 0,
    eventLoopUtilization: 0,
    runners: 1,
    throttled: undefined,
    gc: undefined,
  };
}

/** The snapshot of one worker: `done` completed requests named `name`, each of 5 ms. */
export function snapshotOf(name: string, done: number): Snapshot {
  const counts = { ...noCounts(), generated: done, made: done, done };
  const times = PackedHistogram.of(histogramOf(Array.from({ length: done }, () => 5000)));
  return {
    elapsedMs: 1000,
    requests: [{ name, counts, ...sameTimes(times) }],
    responses: [{ code: '200', count: done }],
    errors: [],
    pacingLag: PackedHistogram.of(histogramOf([100])),
    cpuMs: 100,
    eventLoopUtilization: 0.1,
  };
}
