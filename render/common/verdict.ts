import { type Condition, findCondition } from '../../api/status/conditions.ts';
import { type VerdictWord, verdictIn } from '../../api/status/verdict.ts';
import type { Style } from './paint.ts';

/** The colour and the sign of a verdict in every form of a report. */
export const SHOWN_VERDICTS = {
  passed: { style: 'green', emoji: '✅' },
  failed: { style: 'red', emoji: '❌' },
  inconclusive: { style: 'yellow', emoji: '⚠️' },
} as const satisfies Record<VerdictWord, { style: Style; emoji: string }>;

/** The verdict of a test for people; `reason` is that of the condition. */
export type Verdict = (typeof SHOWN_VERDICTS)[VerdictWord] & {
  word: VerdictWord;
  status: Condition['status'];
  reason: string;
  message: string;
};

/** The verdict in the conditions of a status. A test without one was not judged, which is inconclusive. */
export function verdictOf(conditions: readonly Condition[] | undefined): Verdict {
  const passed = findCondition(conditions, 'Passed');
  const { status, reason, message } = passed ?? {
    ...{ status: 'Unknown', reason: 'NotJudged', message: 'not judged' },
  };
  const word = verdictIn(passed);
  return { word, ...SHOWN_VERDICTS[word], status, reason, message };
}
