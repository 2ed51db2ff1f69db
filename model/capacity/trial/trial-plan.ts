import { secondsToMs } from '../../../api/common/duration.ts';
import type { TrialPlan } from '../../../api/protocol/trial.ts';
import type { LoadTestStatus } from '../../../api/status/loadtest-status.ts';

/** The trial that a persisted status says is under way, as its runners carry it out; undefined when there is none. */
export function trialPlanOf({ capacity }: Pick<LoadTestStatus, 'capacity'>): TrialPlan | undefined {
  const { trial } = capacity ?? {};
  if (trial?.startTime === undefined) return undefined;
  const { number, rate, seconds, startTime } = trial;
  return { number, rate, startAtMs: Date.parse(startTime), durationMs: Math.round(secondsToMs(seconds)) };
}
