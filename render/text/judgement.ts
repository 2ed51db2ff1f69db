import { limitsInWords, thresholdName } from '../../api/loadtest/threshold.ts';
import { findCondition } from '../../api/status/conditions.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { comparisonTable, comparisonTitle } from '../common/comparison.ts';
import type { Paint } from '../common/paint.ts';
import { tableWithin, wrap } from '../common/table.ts';
import { shownOf } from '../common/threshold.ts';
import { healthLines, observedText, TITLES } from '../common/wording.ts';
import type { Section } from './section.ts';

export function thresholdsSection(
  { thresholds }: LoadTestStatus,
  { paint, width }: { paint: Paint; width: number },
): Section[] {
  if (thresholds === undefined || thresholds.length === 0) return [];
  const rows = thresholds.map((threshold) => {
    const { style, sign } = shownOf(threshold);
    return [paint(style, sign), thresholdName(threshold), observedText(threshold), limitsInWords(threshold)];
  });
  const why = thresholds.flatMap(({ inconclusive }) =>
    inconclusive === undefined ? [] : [[paint('yellow', '?'), inconclusive]],
  );
  const lines = [
    ...tableWithin(width, rows, ['left', 'left', 'right', 'left']),
    ...tableWithin(width, why, ['left', 'left']),
  ];
  return [{ title: TITLES.thresholds, lines }];
}

/** The comparison with the baseline. */
export function comparisonSection({ comparison }: LoadTestStatus, paint: Paint): Section[] {
  if (comparison === undefined) return [];
  const lines = comparisonTable(comparison, paint);
  const title = comparisonTitle(comparison);
  return [{ title, lines: lines.length > 0 ? lines : [`not compared: ${comparison.message}`] }];
}

/** Generator health, and whether the generator was the limit of the measurement. */
export function generatorSection(
  { generator, runners, conditions }: LoadTestStatus,
  { paint, width }: { paint: Paint; width: number },
): Section[] {
  if (generator === undefined) return [];
  const message = findCondition(conditions, 'GeneratorSaturated')?.message;
  const verdict = generator.saturated
    ? wrap(message ?? 'the load generator was the limit', width).map((line) => paint('yellow', line))
    : wrap(message ?? 'the load generator kept up', width);
  const cpu = `CPU ${generator.cpu} of a core${runners?.desired === 1 ? '' : ' each'}`;
  return [
    { title: 'Generator', lines: [`${runnersText(runners, paint)}${cpu}`, ...healthLines(generator), ...verdict] },
  ];
}

function runnersText(runners: LoadTestStatus['runners'], paint: Paint): string {
  if (runners === undefined) return '';
  const { desired, lost } = runners;
  const lostText = lost === 0 ? '' : paint('red', `, ${lost} lost`);
  return `${desired} ${desired === 1 ? 'runner' : 'runners'}${lostText}, `;
}
