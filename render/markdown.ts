import { formatCount } from '../api/common/quantity.ts';
import { shownValue } from '../api/common/shown/text.ts';
import type { LoadTestSpec } from '../api/loadtest/loadtest.ts';
import { thresholdName } from '../api/loadtest/threshold.ts';
import { statusText } from '../api/status/grpc-statuses.ts';
import type { LoadTestStatus } from '../api/status/loadtest-status.ts';
import { loadModelOf } from '../model/load/load-models.ts';
import { doneText, rateUnit } from '../model/measure/rate/iterations.ts';
import { oneOfEachKind } from '../model/measure/unexpected-examples.ts';
import { TRIAL_COLUMNS, trialCells, trialOutcome } from './common/capacity.ts';
import { comparisonMarkdown } from './common/comparison.ts';
import { connectionLines } from './common/connections.ts';
import type { FinishedTest } from './common/finished-test.ts';
import { codeSpan as code, markdownTable, markdownText as text } from './common/markdown-table.ts';
import { shownOf } from './common/threshold.ts';
import { verdictOf } from './common/verdict.ts';
import { besideCounts, limitsInSigns, observedText, timesInWords, unexpectedDetail } from './common/wording.ts';
import { percent } from './text/section.ts';

/** The verdict is whole: it names every broken threshold. */
const MAX_VERDICT = 4000;

/** Finished tests as Markdown for a pull request or a job summary: the verdict first, then only the main figures. */
export function markdownReport(tests: readonly FinishedTest[]): string {
  return tests.map(one).join('\n');
}

function one(test: FinishedTest): string {
  const { metadata, spec, status = {} } = shownValue(test);
  const { emoji, word, message } = verdictOf(status.conditions);
  return `${[
    `### Load test ${code(metadata.name ?? '')}: ${emoji} ${word}`,
    text(message, MAX_VERDICT),
    `${text(spec.target.url)}, ${text(loadModelOf(spec.load).description())}`,
    ...thresholds(status),
    ...trials(status),
    ...(status.comparison ? comparisonMarkdown(status.comparison, metadata.name ?? '') : []),
    ...figures(spec, status),
    ...responses(status),
    ...errors(status),
    ...unexpected(status),
  ].join('\n\n')}\n`;
}

function thresholds({ thresholds: list = [] }: LoadTestStatus): string[] {
  const rows = list.map((t) => [shownOf(t).emoji, thresholdName(t), observedText(t), limitsInSigns(t)]);
  return markdownTable(['', 'threshold', 'observed', 'limit'], rows);
}

/** The trials at the ends of the bracket: those that decided the capacity. */
function trials({ capacity }: LoadTestStatus): string[] {
  const { low, high, trials: list = [] } = capacity ?? {};
  const telling = list.filter((trial) => trialOutcome(trial) !== 'none' && (trial.rate === low || trial.rate === high));
  if (telling.length === 0) return [];
  const signs = { good: '✅', bad: '❌', none: '' };
  const table = markdownTable(
    ['', ...TRIAL_COLUMNS],
    telling.map((trial) => [signs[trialOutcome(trial)], ...trialCells(trial)]),
  );
  return [`The trials that decided the capacity, ${telling.length} of ${list.length}:`, ...table];
}

function figures(spec: LoadTestSpec, status: LoadTestStatus): string[] {
  const { rate, counts, requests = [], messages, redirects, errorShare, responseTime, firstByte, serviceTime } = status;
  if (counts === undefined) return [];
  const times = [
    ['response time', responseTime],
    ['first byte', firstByte],
    ['service time', serviceTime],
  ] as const;
  const rows = times.flatMap(([name, t]) => (t === undefined ? [] : [[name, t.p50, t.p90, t.p99, t.p999, t.max]]));
  const target = rate?.target === undefined ? '' : ` (target ${text(rate.target)}${rateUnit(spec)})`;
  const shareText = errorShare === undefined ? '' : `, ${text(errorShare)} errors`;
  const line = `**${text(rate?.achieved ?? '0')}${rateUnit(spec)}**${target}, ${doneText(spec, { counts, requests })}${shareText}`;
  const beside = besideCounts({ messages, redirects })
    .map(({ name, count, note }) => `${name}: ${count} ${note}`)
    .join('; ');
  const carried = connectionLines(status).join('; ');
  return [
    line,
    ...markdownTable(['', 'p50', 'p90', 'p99', 'p99.9', 'max'], rows),
    ...(carried === '' ? [] : [text(`connections: ${carried}`)]),
    ...(beside === '' ? [] : [text(beside)]),
  ];
}

function responses({ responses: list = [], counts }: LoadTestStatus): string[] {
  return markdownTable(
    ['status', 'count', 'share'],
    list.map((r) => [statusText(r.status), formatCount(r.count), percent(r.count / (counts?.done || r.count))]),
  );
}

function unexpected({ unexpected: list = [] }: LoadTestStatus): string[] {
  return markdownTable(
    ['unexpected response to', 'status', 'count', 'why'],
    oneOfEachKind(list).map((r) => [r.request, statusText(r.status), timesInWords(r), unexpectedDetail(r)]),
  );
}

function errors({ errors: list = [] }: LoadTestStatus): string[] {
  return markdownTable(
    ['error', 'count', 'example'],
    list.map((r) => [r.kind, formatCount(r.count), r.example]),
  );
}
