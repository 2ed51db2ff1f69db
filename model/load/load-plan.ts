import { microseconds } from '../../api/common/duration.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { closedLoad } from './closed-load.ts';
import { type EnginePosition, WHOLE } from './engine-position.ts';
import { type AnyLoadModel, loadModelOf } from './load-models.ts';

/**
 * The work of one engine: its part of the load, and how the load ends. `series`: the arrivals among which those of the engine count, so that
 * rows are used in turn and requests have the shares of their weights; each arrival of the test belongs to one series.
 */
export type LoadPlan = ReturnType<AnyLoadModel['planOf']> & {
  /** How long requests may go on after the last one was sent; Infinity: each has its whole timeout. */
  gracefulStopUs: number;
};

/** The plan of the engine at `position`. */
export function loadPlanOf({ load }: LoadTestSpec, position: EnginePosition): LoadPlan {
  const { gracefulStop } = load;
  const gracefulStopUs = gracefulStop === undefined ? Number.POSITIVE_INFINITY : microseconds(gracefulStop);
  return { ...loadModelOf(load).planOf(position), gracefulStopUs };
}

/** The plan of a preflight request: one user makes one request, arrival 0, now. */
export const ONE_REQUEST: LoadPlan = {
  ...closedLoad({ users: 1, iterations: 1, thinkTime: '0s', rampUp: '0s' }).planOf(WHOLE),
  gracefulStopUs: Number.POSITIVE_INFINITY,
};
