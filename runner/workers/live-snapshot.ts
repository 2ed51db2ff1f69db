import type { Snapshot } from '../../api/protocol/snapshot.ts';
import { Histogram } from '../../model/measure/histogram.ts';
import { encodeHistogram } from '../../model/measure/histogram-encoding.ts';
import type { LiveSnapshot } from '../engine/recorder.ts';

/** What a live snapshot holds now, as it is sent: for a thread that has the time. */
export function encodeSnapshot(live: LiveSnapshot): Snapshot {
  return {
    ...live,
    requests: live.requests.map((r) => ({
      ...r,
      responseTime: encode(r.responseTime),
      serviceTime: encode(r.serviceTime),
    })),
    pacingLag: encode(live.pacingLag),
  };
}

function encode(counts: Float64Array): string {
  return encodeHistogram(new Histogram(counts));
}
