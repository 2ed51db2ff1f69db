import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { capacityText } from '../../model/capacity/result/text.ts';
import { rateUnit } from '../../model/measure/rate/iterations.ts';
import { TRIAL_COLUMNS, trialCells, trialOutcome } from '../common/capacity.ts';
import type { Paint } from '../common/paint.ts';
import { type Align, tableWithin, wrap } from '../common/table.ts';
import type { Section } from './section.ts';

/** What a search found in one sentence, and its trials. */
export function capacitySection(
  spec: LoadTestSpec,
  { capacity }: LoadTestStatus,
  { paint, width }: { paint: Paint; width: number },
): Section[] {
  if (capacity === undefined) return [];
  const signs = { good: paint('green', '✓'), bad: paint('red', '✗'), none: paint('dim', '·') };
  const rows = (capacity.trials ?? []).map((trial) => [signs[trialOutcome(trial)], ...trialCells(trial)]);
  const sentence = wrap(capacityText(capacity, rateUnit(spec)), width);
  return [
    {
      title: 'Capacity search',
      lines: [...sentence, '', ...tableWithin(width, [['', ...TRIAL_COLUMNS], ...rows], ALIGN)],
    },
  ];
}

/** A sign and a name, figures, and the limits. */
const ALIGN: readonly Align[] = ['left', 'left', ...TRIAL_COLUMNS.slice(1, -1).map(() => 'right' as const), 'left'];
