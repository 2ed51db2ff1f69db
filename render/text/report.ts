import { shownValue } from '../../api/common/shown/text.ts';
import { findCondition } from '../../api/status/conditions.ts';
import { loadModelOf } from '../../model/load/load-models.ts';
import type { FinishedTest } from '../common/finished-test.ts';
import { type Paint, plain } from '../common/paint.ts';
import { verdictOf } from '../common/verdict.ts';
import { comparisonSection, generatorSection, thresholdsSection } from './judgement.ts';
import { countsSection, rateSection, requestsSection, timesSection } from './measurement.ts';
import { errorsSection, responsesSection, unexpectedSection } from './outcomes.ts';

/** How a text report looks: its styles, and the columns that its tables may take. */
export type TextForm = { paint: Paint; width: number };

/** The columns that a section takes from the left. */
const INDENT = 2;

/**
 * A finished LoadTest for a person, with the verdict in one sentence at the end. All of it comes from the status, so that a result from a
 * cluster reads like one from this machine.
 */
export function textReport(
  finished: FinishedTest,
  { paint, width: columns }: TextForm = { paint: plain, width: 80 },
): string {
  const test = shownValue(finished);
  const status = test.status ?? {};
  const width = columns - INDENT;
  const sections = [
    ...rateSection(test.spec, status),
    ...countsSection(status, width),
    ...timesSection(status, width),
    ...requestsSection(status, width),
    ...responsesSection(status),
    ...errorsSection(status, width),
    ...unexpectedSection(status, width),
    ...thresholdsSection(status, { paint, width }),
    ...comparisonSection(status, paint),
    ...generatorSection(status, paint),
  ];
  const head = [
    `${paint('bold', test.metadata.name ?? '')}  ${test.spec.target.url}`,
    loadModelOf(test.spec.load).description(),
    ...(status.loadStartTime
      ? [`from ${status.loadStartTime} to ${status.loadEndTime ?? status.completionTime ?? 'now'}`]
      : []),
  ];
  const body = sections.map(({ title, lines }) =>
    [paint('bold', title), ...lines.map((line) => (line === '' ? '' : `${' '.repeat(INDENT)}${line}`))].join('\n'),
  );
  return `${[head.join('\n'), ...body, ...completion(test), verdict(test, paint)].join('\n\n')}\n`;
}

/** Why the test ended, where the verdict leaves it out: the cause of a lost runner, or a teardown that failed. */
function completion({ status }: FinishedTest): string[] {
  const complete = findCondition(status?.conditions, 'Complete');
  const passed = findCondition(status?.conditions, 'Passed');
  if (complete?.status !== 'True' || complete.message === '') return [];
  return passed?.message.includes(complete.message) ? [] : [`${complete.reason}: ${complete.message}`];
}

function verdict({ status }: FinishedTest, paint: Paint): string {
  if (findCondition(status?.conditions, 'Passed') === undefined) return paint('yellow', 'NOT FINISHED');
  const { word, style, message } = verdictOf(status?.conditions);
  return `${paint(style, word.toUpperCase())}  ${message}`;
}
