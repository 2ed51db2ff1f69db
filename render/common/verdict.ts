import { type Condition, findCondition } from '../../api/status/conditions.ts';
import type { Style } from './paint.ts';

/** How every form of a report shows the status of the Passed condition. */
const SHOWN = {
  True: { word: 'passed', style: 'green', emoji: '✅' },
  False: { word: 'failed', style: 'red', emoji: '❌' },
  Unknown: { word: 'inconclusive', style: 'yellow', emoji: '⚠️' },
} as const satisfies Record<Condition['status'], { word: string; style: Style; emoji: string }>;

/** The verdict of a test for people; `reason` is that of the condition. */
export type Verdict = (typeof SHOWN)[Condition['status']] & {
  status: Condition['status'];
  reason: string;
  message: string;
};

/** The verdict in the conditions of a status. A test without one was not judged, which is inconclusive. */
export function verdictOf(conditions: readonly Condition[] | undefined): Verdict {
  const { status, reason, message } = findCondition(conditions, 'Passed') ?? {
    ...{ status: 'Unknown', reason: 'NotJudged', message: 'not judged' },
  };
  return { ...SHOWN[status], status, reason, message };
}
