import type { LoadPlan } from '../../../model/load/load-plan.ts';
import { capacityLoadDriver } from './capacity-model.ts';
import { closedLoadDriver } from './closed-model.ts';
import type { LoadDriver } from './driver.ts';
import { openLoadDriver } from './open-model.ts';

const DRIVERS: { [T in LoadPlan['type']]: LoadDriver<Extract<LoadPlan, { type: T }>> } = {
  Open: openLoadDriver,
  Closed: closedLoadDriver,
  Capacity: capacityLoadDriver,
};

/** The driver for `plan`, and for other plans of its load model only. */
export function loadDriverOf(plan: LoadPlan): LoadDriver<LoadPlan> {
  return DRIVERS[plan.type];
}
