import type { Condition } from './conditions.ts';

/** The verdict for each status of the Passed condition. */
const VERDICTS = { True: 'passed', False: 'failed', Unknown: 'inconclusive' } as const satisfies Record<
  Condition['status'],
  string
>;
export type VerdictWord = (typeof VERDICTS)[Condition['status']];
export const VERDICT_WORDS = Object.values(VERDICTS);

/** The verdict of a Passed condition. A test without one was not judged, which is inconclusive. */
export function verdictIn(passed: Pick<Condition, 'status'> | undefined): VerdictWord {
  return VERDICTS[passed?.status ?? 'Unknown'];
}

/** The verdict as the value of a metric: 1 passed, 0 failed; undefined while undecided, and when inconclusive. */
export function passedValue(passed: Pick<Condition, 'status'> | undefined): 0 | 1 | undefined {
  if (passed === undefined || passed.status === 'Unknown') return undefined;
  return passed.status === 'True' ? 1 : 0;
}

/** The verdict as the reason of an event and in a table. */
export function capitalized(verdict: VerdictWord): Capitalize<VerdictWord> {
  return `${verdict[0]!.toUpperCase()}${verdict.slice(1)}` as Capitalize<VerdictWord>;
}

/** What a run can tell of a threshold. */
export const THRESHOLD_OUTCOMES = ['holds', 'broken', 'undecided'] as const;
export type ThresholdOutcome = (typeof THRESHOLD_OUTCOMES)[number];

/** The outcome of a threshold in a status. */
export function thresholdOutcome({
  passed,
  inconclusive,
}: {
  passed: boolean;
  inconclusive?: string | undefined;
}): ThresholdOutcome {
  if (passed) return 'holds';
  return inconclusive === undefined ? 'broken' : 'undecided';
}
