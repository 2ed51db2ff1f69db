import { findCondition } from '../../api/status/conditions.ts';
import { loadModelOf } from '../../model/load/load-models.ts';
import type { Finished } from '../common/finished.ts';
import { type Paint, plain, type Style } from '../common/paint.ts';
import {
  comparisonSection,
  countsSection,
  errorsSection,
  generatorSection,
  latencySection,
  rateSection,
  requestsSection,
  responsesSection,
  thresholdsSection,
  unexpectedSection,
} from './sections.ts';

/**
 * A finished LoadTest for a person to read, ending with the verdict in one sentence.
 * It says only what the status says, so that a result from a cluster and one from this machine read alike.
 */
export function textReport(test: Finished, paint: Paint = plain): string {
  const status = test.status ?? {};
  const sections = [
    ...rateSection(status),
    ...countsSection(status),
    ...latencySection(status),
    ...requestsSection(status),
    ...responsesSection(status),
    ...errorsSection(status),
    ...unexpectedSection(status),
    ...thresholdsSection(status, paint),
    ...comparisonSection(status, paint),
    ...generatorSection(status, paint),
  ];
  const head = [
    `${paint('bold', test.metadata.name ?? '')}  ${test.spec.target.url}`,
    loadModelOf(test.spec.load).description(),
    ...(status.loadStartTime ? [`from ${status.loadStartTime} to ${status.completionTime ?? 'now'}`] : []),
  ];
  const body = sections.map(({ title, lines }) =>
    [paint('bold', title), ...lines.map((line) => `  ${line}`)].join('\n'),
  );
  return `${[head.join('\n'), ...body, ...ending(test), verdict(test, paint)].join('\n\n')}\n`;
}

const VERDICTS: Record<'True' | 'False' | 'Unknown', [Style, string]> = {
  True: ['green', 'PASSED'],
  False: ['red', 'FAILED'],
  Unknown: ['yellow', 'INCONCLUSIVE'],
};

/** How it ended, where the verdict does not say all of it: why a runner was lost, that a teardown failed. */
function ending({ status }: Finished): string[] {
  const complete = findCondition(status?.conditions, 'Complete');
  const passed = findCondition(status?.conditions, 'Passed');
  if (complete?.status !== 'True' || complete.message === '') return [];
  return passed?.message.includes(complete.message) ? [] : [`${complete.reason}: ${complete.message}`];
}

function verdict(test: Finished, paint: Paint): string {
  const passed = findCondition(test.status?.conditions, 'Passed');
  if (passed === undefined) return paint('yellow', 'NOT FINISHED');
  const [style, word] = VERDICTS[passed.status];
  return `${paint(style, word)}  ${passed.message}`;
}
