import type { Load, LoadType } from '../../api/loadtest/load/load.ts';
import { capacityLoad } from './capacity-load.ts';
import { closedLoad } from './closed-load.ts';
import type { LoadModel } from './load-model.ts';
import { openLoad } from './open-load.ts';

const MODELS = {
  Open: ({ open }: Load) => openLoad(open!),
  Closed: ({ closed }: Load) => closedLoad(closed!),
  Capacity: ({ capacity }: Load) => capacityLoad(capacity!),
} satisfies Record<LoadType, (load: Load) => LoadModel>;

/** A load of any model; `planOf` returns the union of their plans. */
export type AnyLoadModel = ReturnType<(typeof MODELS)[LoadType]>;

/** The model of a load that has passed its schema. */
export function loadModelOf(load: Load): AnyLoadModel {
  return MODELS[load.type](load);
}
