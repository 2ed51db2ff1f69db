import { type ThresholdOutcome, thresholdOutcome } from '../../api/status/verdict.ts';
import type { Style } from './paint.ts';

/** How what a run can tell of a threshold is shown in every form of a report. */
const SHOWN = {
  holds: { word: 'holds', sign: '✓', style: 'green', emoji: '✅', cssClass: 'ok' },
  broken: { word: 'broken', sign: '✗', style: 'red', emoji: '❌', cssClass: 'no' },
  undecided: { word: 'undecided', sign: '?', style: 'yellow', emoji: '⚠️', cssClass: 'unsure' },
} as const satisfies Record<
  ThresholdOutcome,
  { word: string; sign: string; style: Style; emoji: string; cssClass: string }
>;

export function shownOf(threshold: Parameters<typeof thresholdOutcome>[0]) {
  return SHOWN[thresholdOutcome(threshold)];
}
