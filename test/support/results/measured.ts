import type { LiveCounts } from '../../../api/status/counters.ts';
import { noCounts } from '../../../model/measure/counters.ts';
import { PackedHistogram } from '../../../model/measure/packed-histogram.ts';
import type { Snapshot } from '../../../model/measure/snapshot.ts';
import { histogramOf } from './summary.ts';

export type Measured = {
  counts?: Partial<LiveCounts>;
  times?: number[];
  /** The generator's own part of each response time and of each service time, ms. */
  own?: number | ((ms: number) => number);
  ownService?: number;
  lag?: number;
  busy?: number;
  errors?: Snapshot['errors'];
  throttledMs?: number;
  gc?: Snapshot['gc'];
};

/** A snapshot of 100 requests that took 1 to 100 ms by default. */
export function measured(of: Measured = {}): Snapshot {
  const { counts = {}, lag = 0, own = lag, ownService = 0, busy = 0.1, errors = [], ...others } = of;
  const { times = Array.from({ length: 100 }, (_, i) => i + 1), ...health } = others;
  const less = (part: NonNullable<Measured['own']>) => (ms: number) =>
    Math.max(1, (ms - (typeof part === 'number' ? part : part(ms))) * 1000);
  const without = (part: NonNullable<Measured['own']>) => PackedHistogram.of(histogramOf(times.map(less(part))));
  return {
    elapsedMs: 10_020,
    requests: [
      {
        name: 'default',
        counts: { ...noCounts(), generated: 100, made: 100, done: 100, ...counts },
        responseTime: without(0),
        firstByte: without(0),
        serviceTime: without(0),
        withoutGenerator: { responseTime: without(own), firstByte: without(own), serviceTime: without(ownService) },
      },
    ],
    responses: [{ code: '200', count: 100 }],
    errors,
    pacingLag: PackedHistogram.of(histogramOf([lag * 1000])),
    cpuMs: 1002,
    eventLoopUtilization: busy,
    ...health,
  };
}
