import { shownValue } from '../../api/common/shown/text.ts';
import { findCondition } from '../../api/status/conditions.ts';
import { loadModelOf } from '../../model/load/load-models.ts';
import type { FinishedTest } from '../common/finished-test.ts';
import { type Paint, plain } from '../common/paint.ts';
import { wrap } from '../common/table.ts';
import { verdictOf } from '../common/verdict.ts';
import { capacitySection } from './capacity.ts';
import { connectionsSection, eventsSection } from './connections.ts';
import { comparisonSection, generatorSection, thresholdsSection } from './judgement.ts';
import { countsSection, rateSection, requestsSection, timesSection } from './measurement.ts';
import { addressesSection, errorsSection, responsesSection, tracesSection, unexpectedSection } from './outcomes.ts';

/**
 * How a text report looks: its styles, the columns that its tables may take, and whether a terminal shows it. Elsewhere the verdict is one
 * line, which people search for.
 */
export type TextForm = { paint: Paint; width: number; isTerminal?: boolean };

/** The columns that a section takes from the left. */
const INDENT = 2;

/**
 * A finished LoadTest for a person, with the verdict in one sentence at the end. All of it comes from the status, so that a result from a
 * cluster reads like one from this machine.
 */
export function textReport(
  finished: FinishedTest,
  { paint, width: columns, isTerminal = false }: TextForm = { paint: plain, width: 80 },
): string {
  const test = shownValue(finished);
  const status = test.status ?? {};
  const width = columns - INDENT;
  // The times and the rate of a search are those of its trials: over the whole load they mix all rates.
  const isOneLoad = status.capacity === undefined;
  const sections = [
    ...capacitySection(test.spec, status, { paint, width }),
    ...(isOneLoad ? rateSection(test.spec, status) : []),
    ...countsSection(status, width),
    ...(isOneLoad ? [...timesSection(status, width), ...requestsSection(status, width)] : []),
    ...eventsSection(status, width),
    ...connectionsSection(status, width),
    ...responsesSection(status),
    ...errorsSection(status, width),
    ...addressesSection(test.spec, status),
    ...tracesSection(status),
    ...unexpectedSection(status, width),
    ...thresholdsSection(status, { paint, width }),
    ...comparisonSection(status, paint),
    ...generatorSection(status, { paint, width }),
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
  return `${[head.join('\n'), ...body, ...completion(test, columns), verdict(test, paint, isTerminal ? columns : Number.POSITIVE_INFINITY)].join('\n\n')}\n`;
}

/** Why the test ended, where the verdict leaves it out: the cause of a lost runner, or a teardown that failed. */
function completion({ status }: FinishedTest, width: number): string[] {
  const complete = findCondition(status?.conditions, 'Complete');
  const passed = findCondition(status?.conditions, 'Passed');
  if (complete?.status !== 'True' || complete.message === '') return [];
  return passed?.message.includes(complete.message)
    ? []
    : [wrap(`${complete.reason}: ${complete.message}`, width).join('\n')];
}

function verdict({ status }: FinishedTest, paint: Paint, width: number): string {
  if (findCondition(status?.conditions, 'Passed') === undefined) return paint('yellow', 'NOT FINISHED');
  const { word, style, message } = verdictOf(status?.conditions);
  const before = `${word.toUpperCase()}  `;
  const lines = wrap(message, width - before.length);
  return `${paint(style, word.toUpperCase())}  ${lines.join(`\n${' '.repeat(before.length)}`)}`;
}
