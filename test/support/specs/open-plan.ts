import { loadTestSpecSchema } from '../../../api/loadtest/loadtest.ts';
import { loadPlanOf } from '../../../model/load/load-plan.ts';
import type { OpenPlan } from '../../../model/load/open-load.ts';

/** The load plan of an open load on one engine, at `rate` arrivals per second. */
export function openPlan(rate: number, duration: string): OpenPlan {
  const load = { type: 'Open', open: { stages: [{ duration, rate }] } };
  const whole = { index: 0, count: 1 };
  const spec = loadTestSpecSchema.parse({ target: { url: 'http://127.0.0.1:1' }, load });
  return loadPlanOf(spec, { runner: whole, worker: whole }) as OpenPlan;
}
