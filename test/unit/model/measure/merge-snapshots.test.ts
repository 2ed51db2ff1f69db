import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noCounts } from '../../../../model/measure/counters.ts';
import { Histogram } from '../../../../model/measure/histogram.ts';
import { mergeSnapshots } from '../../../../model/measure/merge-snapshots.ts';
import { PackedHistogram } from '../../../../model/measure/packed-histogram.ts';
import type { Snapshot } from '../../../../model/measure/snapshot.ts';
import { summarise } from '../../../../model/measure/summary.ts';
import { sameTimes } from '../../../support/results/summary.ts';
import { open, specWithLoad } from '../../../support/specs/loads.ts';

function snapshotOf(times: number[], errors: Snapshot['errors'], elapsedMs: number): Snapshot {
  const histogram = new Histogram();
  for (const time of times) histogram.record(time);
  const time = PackedHistogram.of(histogram);
  const counts = { ...noCounts(), generated: times.length, made: times.length, done: times.length };
  return {
    elapsedMs,
    requests: [{ name: 'default', counts, ...sameTimes(time) }],
    responses: [{ code: '200', count: times.length }],
    errors,
    pacingLag: time,
    cpuMs: 10,
    eventLoopUtilization: elapsedMs / 1e5,
    gc: { count: times.length, totalMs: times.length * 10, maxMs: times.length },
    ...(elapsedMs === 2000 && { throttledMs: 500 }),
  };
}

test('a summary of merged workers differs from a summary of separate workers only in runners and CPU', () => {
  const spec = specWithLoad(open(500));
  const parts = [
    snapshotOf([100, 2000, 30_000], [{ kind: 'ConnectionReset', count: 2, example: 'x' }], 2000),
    snapshotOf([150, 9000], [{ kind: 'ConnectionReset', count: 1, example: 'y' }], 1990),
    snapshotOf([7], [], 1500),
  ];
  const { cpu: separateCpu, runners: _, ...separate } = summarise(spec, parts);
  const { cpu: mergedCpu, runners: __, ...merged } = summarise(spec, [mergeSnapshots(parts)]);
  assert.deepEqual(merged, separate);
  assert.ok(mergedCpu > separateCpu);
  assert.equal(merged.responseTime.count, 6);
  assert.equal(merged.throttled, 0.25);
  assert.deepEqual(merged.gc, { maxUs: 3000, share: 0.015 });
});
