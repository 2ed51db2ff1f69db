import { limitedMetric, limitValue, unitOf } from '../../../api/loadtest/metrics.ts';
import type { CapacityLimit, FinishedTrial } from '../../../api/status/capacity.ts';
import type { SearchSettings } from './settings.ts';

/** The value and the upper limit of a threshold: microseconds, or a share. */
export type Observed = { value: number; max: number };

/** What a trial observed of the threshold that `limit` names; undefined where it has no upper limit, or measured nothing. */
export function observedOf(
  { thresholds }: Pick<SearchSettings, 'thresholds'>,
  trial: FinishedTrial,
  limit: CapacityLimit,
): Observed | undefined {
  const i = thresholds.findIndex(
    ({ metric, request, max }) => metric === limit.metric && request === limit.request && max !== undefined,
  );
  const [threshold, text] = [thresholds[i], trial.observed?.[i]];
  if (threshold?.max === undefined || !text) return undefined;
  const metric = limitedMetric(threshold);
  return { value: limitValue(metric, text), max: limitValue(metric, threshold.max) };
}

/** Whether a limit is one of a time. */
export function isTime({ metric }: CapacityLimit): boolean {
  return unitOf(metric) === 'duration';
}
