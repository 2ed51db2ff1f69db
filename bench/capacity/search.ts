import { availableParallelism } from 'node:os';
import { loadTestSchema } from '../../api/loadtest/loadtest.ts';
import type { Capacity } from '../../api/status/capacity.ts';
import { runLocally } from '../../cli/local/local-run.ts';
import { capacityText } from '../../model/capacity/result/text.ts';
import { quietRun } from '../../test/support/quiet-run.ts';
import { withTarget } from './served.ts';
import type { CapacityTarget } from './targets.ts';

/** What one search, or one bisection, has found. */
export type Found = {
  target: string;
  method: string;
  rate?: number | undefined;
  low?: number | undefined;
  high?: number | undefined;
  /** The reason of a search; what a bisection came to. */
  reason: string;
  trials: number;
  seconds: number;
  text: string;
};

/** Searches for the capacity of a fresh target as `loadtest run` does. */
export function searched(target: CapacityTarget): Promise<Found> {
  return withTarget(target.name, async (url) => {
    const beganMs = performance.now();
    const { status } = await runLocally({
      test: loadTestSchema.parse({
        apiVersion: 'loadtest.dev/v1alpha1',
        kind: 'LoadTest',
        metadata: { name: target.name },
        spec: { target: { url }, load: { type: 'Capacity', capacity: target.load }, thresholds: target.thresholds },
      }),
      ...quietRun(),
      cores: availableParallelism(),
    });
    const capacity: Capacity = status.capacity ?? {};
    return {
      target: target.name,
      method: 'loadtest',
      rate: capacity.rate,
      low: capacity.low,
      high: capacity.high,
      reason: capacity.reason ?? 'none',
      trials: capacity.trials?.length ?? 0,
      seconds: (performance.now() - beganMs) / 1e3,
      text: capacityText(capacity, '/s'),
    };
  });
}
