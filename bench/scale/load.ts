import type { IntervalEndsMessage } from '../../api/protocol/interval-ends.ts';
import type { SnapshotMessage } from '../../api/protocol/snapshot.ts';
import { seededRandom } from '../../model/common/random.ts';
import { IntervalRecorder } from '../../model/compare/interval-ends.ts';
import { noCounts } from '../../model/measure/counters.ts';
import { Histogram } from '../../model/measure/histogram.ts';
import { PackedHistogram } from '../../model/measure/packed-histogram.ts';
import type { Snapshot } from '../../model/measure/snapshot.ts';
import { encodeIntervalEnds, encodeSnapshot } from '../../model/wire/runner-update.ts';

/** Runners that share a simulated load, because one for each of a thousand would be most of the benchmark's work. */
const PROFILES = 10;
const PER_SECOND = 50;

/** The simulated measurements of a runner: a cumulative snapshot for each second of the run. */
export type SimulatedLoad = {
  of: (index: number, second: number) => SnapshotMessage;
  /** The last snapshot of a runner before its encoding. */
  last: (index: number) => Snapshot;
  /** The intervals of a runner. */
  intervals: (index: number) => IntervalEndsMessage;
  /** The measurements of all runners together at the end. */
  total: (runners: number) => { done: number; responseTime: Histogram };
};

/** Simulates a load of `seconds` with typical response times: most about 10 ms, with a long tail. */
export function simulateLoad(seconds: number): SimulatedLoad {
  const profiles = Array.from({ length: PROFILES }, (_, i) => profile(i, seconds));
  return {
    intervals: (index) => profiles[index % PROFILES]!.intervals,
    of: (index, second) => profiles[index % PROFILES]!.snapshots[Math.min(second, seconds)]!,
    last: (index) => profiles[index % PROFILES]!.last,
    total: (runners) => {
      const responseTime = new Histogram();
      for (let i = 0; i < runners; i++) responseTime.add(profiles[i % PROFILES]!.times);
      return { done: runners * seconds * PER_SECOND, responseTime };
    },
  };
}

type Profile = { snapshots: SnapshotMessage[]; last: Snapshot; times: Histogram; intervals: IntervalEndsMessage };

function profile(seed: number, seconds: number): Profile {
  const random = seededRandom(seed + 1);
  const [times, lag] = [new Histogram(), new Histogram()];
  const snapshots = [snapshot(0, times, lag)];
  for (let second = 1; second <= seconds; second++) {
    for (let i = 0; i < PER_SECOND; i++) {
      const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      times.record(Math.round((8 + 0.3 * seed) * 1000 * Math.exp(0.6 * normal)));
      lag.record(Math.round(20 + 200 * random()));
    }
    snapshots.push(snapshot(second, times, lag));
  }
  const recorder = new IntervalRecorder(Math.max(1000, Math.ceil(seconds / 20) * 1000));
  for (const one of snapshots.slice(1, -1)) recorder.record(one);
  const intervals = encodeIntervalEnds(recorder.upTo(snapshots.at(-1)!));
  return { snapshots: snapshots.map(encodeSnapshot), last: snapshots.at(-1)!, times, intervals };
}

function snapshot(second: number, times: Histogram, lag: Histogram): Snapshot {
  const done = second * PER_SECOND;
  const packed = PackedHistogram.of(times);
  return {
    elapsedMs: second * 1000,
    requests: [
      {
        name: 'default',
        counts: { ...noCounts(), generated: done, made: done, done },
        responseTime: packed,
        firstByte: packed,
        serviceTime: packed,
        withoutGenerator: { responseTime: packed, firstByte: packed, serviceTime: packed },
      },
    ],
    responses: done === 0 ? [] : [{ code: '200', count: done }],
    errors: [],
    pacingLag: PackedHistogram.of(lag),
    cpuMs: second * 20,
    eventLoopUtilization: 0.05,
  };
}
