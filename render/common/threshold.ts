import type { Style } from './paint.ts';

type Result = { passed: boolean; inconclusive?: string | undefined };

/** What a run can tell of a threshold, in every form of a report. */
const SHOWN = {
  holds: { word: 'holds', sign: '✓', style: 'green', emoji: '✅', cssClass: 'ok' },
  broken: { word: 'broken', sign: '✗', style: 'red', emoji: '❌', cssClass: 'no' },
  undecided: { word: 'undecided', sign: '?', style: 'yellow', emoji: '⚠️', cssClass: 'unsure' },
} as const satisfies Record<string, { word: string; sign: string; style: Style; emoji: string; cssClass: string }>;

export function shownOf({ passed, inconclusive }: Result) {
  if (passed) return SHOWN.holds;
  return inconclusive === undefined ? SHOWN.broken : SHOWN.undecided;
}
