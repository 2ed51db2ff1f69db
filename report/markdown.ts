import { findCondition } from '../api/conditions.ts';
import type { LoadTestStatus } from '../api/status.ts';
import { comparisonMarkdown, markdownText as text } from './comparison.ts';
import type { Finished } from './junit.ts';
import { loadLine } from './sections.ts';

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
    `${text(spec.target.url)}, ${text(loadLine(spec))}`,
    ...thresholds(status),
    ...(status.comparison ? comparisonMarkdown(status.comparison, metadata.name ?? '') : []),
    ...figures(status),
    ...errors(status),
  ].join('\n\n')}\n`;
}

function thresholds({ thresholds: list = [] }: LoadTestStatus): string[] {
  const rows = list.map(({ passed, metric, request, observed, min, max }) => [
    passed ? '✅' : '❌',
    request === undefined ? metric : `${metric} of ${request}`,
    observed ?? 'nothing to measure',
    [min && `≥ ${min}`, max && `≤ ${max}`].filter(Boolean).join(', '),
  ]);
  return table(['', 'threshold', 'observed', 'limit'], rows);
}

function figures({ rate, counts, errorShare, responseTime, serviceTime }: LoadTestStatus): string[] {
  const times = [
    ['response time', responseTime],
    ['service time', serviceTime],
  ] as const;
  const rows = times.flatMap(([name, t]) => (t === undefined ? [] : [[name, t.p50, t.p90, t.p99, t.p999, t.max]]));
  const asked = rate?.target === undefined ? '' : ` of ${rate.target}/s asked`;
  const line = `**${rate?.achieved ?? '0'}/s**${asked}, ${(counts?.done ?? 0).toLocaleString('en')} of ${(counts?.generated ?? 0).toLocaleString('en')} requests done, ${errorShare ?? '0%'} errors`;
  return counts === undefined ? [] : [line, ...table(['', 'p50', 'p90', 'p99', 'p99.9', 'max'], rows)];
}

function errors({ errors: list = [] }: LoadTestStatus): string[] {
  return table(
    ['error', 'count', 'for example'],
    list.map((r) => [r.kind, r.count.toLocaleString('en'), r.example]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.map(text).join(' | ')} |`;
  return [[line(head), `|${head.map(() => ' --- |').join('')}`, ...rows.map(line)].join('\n')];
}
