import { usToMs } from '../../api/common/duration.ts';
import type { TrialStage } from '../../model/measure/trial/trial-recorder.ts';
import type { TrialProgress } from '../engine/drivers/driver.ts';

const SECOND_US = 1e6;

/**
 * When a thread reports its progress next, by the clock of the load: at whole seconds, so that intervals end at the same moment in all threads
 * of all runners.
 */
export function nextProgressUs(nowUs: number): number {
  return (Math.floor(Math.max(0, nowUs) / SECOND_US) + 1) * SECOND_US;
}

/** The progress of a trial in milliseconds, with the time for which its arrivals have run. */
export function stageOf({ number, state, startUs, lateUs, endUs }: TrialProgress, nowUs: number): TrialStage {
  const ranUs = Math.max(0, Math.min(nowUs, endUs) - startUs);
  return { number, state, startMs: usToMs(startUs), lateMs: usToMs(lateUs), ranMs: usToMs(Math.round(ranUs)) };
}
