import { Histogram } from '../../model/measure/histogram.ts';
import { PackedHistogram } from '../../model/measure/packed-histogram.ts';
import { mapHistograms, type Snapshot } from '../../model/measure/snapshot.ts';
import type { LiveSnapshot } from '../../runner/engine/recorder.ts';

/** A live snapshot of an engine in this thread, with its histograms packed. */
export function freezeSnapshot(live: LiveSnapshot): Snapshot {
  return mapHistograms(live, (counts) => PackedHistogram.of(new Histogram(counts)));
}
