import { formatCount } from '../api/common/quantity.ts';
import { thresholdName } from '../api/loadtest/threshold.ts';
import { findCondition } from '../api/status/conditions.ts';
import type { LoadTestStatus } from '../api/status/loadtest-status.ts';
import { loadModelOf } from '../model/load/load-models.ts';
import { comparisonMarkdown } from './common/comparison.ts';
import type { Finished } from './common/finished.ts';
import { markdownTable, markdownText as text } from './common/markdown-table.ts';
import { limitsInSigns } from './common/wording.ts';

const WORDS = { True: '✅ passed', False: '❌ failed', Unknown: '⚠️ inconclusive' } as const;

/** Finished tests as Markdown for a pull request or a job's summary: the verdict first, and no more than a reviewer reads. */
export function markdownReport(tests: readonly Finished[]): string {
  return tests.map(one).join('\n');
}

function one({ metadata, spec, status = {} }: Finished): string {
  const passed = findCondition(status.conditions, 'Passed');
  const word = WORDS[passed?.status ?? 'Unknown'];
  return `${[
    `### Load test \`${metadata.name ?? ''}\`: ${word}`,
    text(passed?.message ?? 'not judged'),
    `${text(spec.target.url)}, ${text(loadModelOf(spec.load).description())}`,
    ...thresholds(status),
    ...(status.comparison ? comparisonMarkdown(status.comparison, metadata.name ?? '') : []),
    ...figures(status),
    ...errors(status),
  ].join('\n\n')}\n`;
}

function thresholds({ thresholds: list = [] }: LoadTestStatus): string[] {
  const rows = list.map((t) => [
    t.passed ? '✅' : '❌',
    thresholdName(t),
    t.observed ?? 'nothing to measure',
    limitsInSigns(t),
  ]);
  return markdownTable(['', 'threshold', 'observed', 'limit'], rows);
}

function figures({ rate, counts, errorShare, responseTime, serviceTime }: LoadTestStatus): string[] {
  const times = [
    ['response time', responseTime],
    ['service time', serviceTime],
  ] as const;
  const rows = times.flatMap(([name, t]) => (t === undefined ? [] : [[name, t.p50, t.p90, t.p99, t.p999, t.max]]));
  const asked = rate?.target === undefined ? '' : ` of ${rate.target}/s asked`;
  const line = `**${rate?.achieved ?? '0'}/s**${asked}, ${formatCount(counts?.done ?? 0)} of ${formatCount(counts?.generated ?? 0)} requests done, ${errorShare ?? '0%'} errors`;
  return counts === undefined ? [] : [line, ...markdownTable(['', 'p50', 'p90', 'p99', 'p99.9', 'max'], rows)];
}

function errors({ errors: list = [] }: LoadTestStatus): string[] {
  return markdownTable(
    ['error', 'count', 'for example'],
    list.map((r) => [r.kind, formatCount(r.count), r.example]),
  );
}
