import { Histogram } from '../../model/measure/histogram.ts';
import { PackedHistogram } from '../../model/measure/packed-histogram.ts';
import { mapHistograms, type Snapshot } from '../../model/measure/snapshot.ts';
import type { LiveSnapshot } from '../engine/recorder.ts';

/** Copies a live snapshot and packs its histograms. Called outside of the engine's thread, because packing would delay arrivals. */
export function freezeSnapshot(live: LiveSnapshot): Snapshot {
  return mapHistograms(live, (counts) => PackedHistogram.of(new Histogram(counts)));
}
