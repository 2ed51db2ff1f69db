import { Histogram } from '../../model/measure/histogram.ts';
import { PackedHistogram } from '../../model/measure/packed-histogram.ts';
import { mapHistograms, type Snapshot } from '../../model/measure/snapshot.ts';
import type { LiveSnapshot } from '../engine/recorder.ts';

/** The live snapshot as it is now: packs its histograms, for a thread that keeps no pace. */
export function freezeSnapshot(live: LiveSnapshot): Snapshot {
  return mapHistograms(live, (counts) => PackedHistogram.of(new Histogram(counts)));
}
