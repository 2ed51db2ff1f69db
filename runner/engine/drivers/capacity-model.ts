import type { CapacityPlan } from '../../../model/load/capacity-load.ts';
import type { LoadDriver } from './driver.ts';

/** Not carried out yet. */
export const capacityLoadDriver: LoadDriver<CapacityPlan> = {
  asksForRate: true,
  slotLimits: ({ maxInFlight }) => ({
    limit: maxInFlight,
    opensPerTurn: Number.POSITIVE_INFINITY,
    opensAfterFreed: Number.POSITIVE_INFINITY,
  }),
  pacingTimer: () => undefined,
  driver: () => {
    throw new Error('a load of type Capacity cannot be run yet');
  },
};
