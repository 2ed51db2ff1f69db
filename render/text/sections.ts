import { formatCount } from '../../api/common/quantity.ts';
import { thresholdName } from '../../api/loadtest/threshold.ts';
import type { LoadTestStatus, Times } from '../../api/status/loadtest-status.ts';
import { withoutOutcome } from '../../model/measure/counters.ts';
import { STATISTICS } from '../../model/result/figures.ts';
import { statusFigures } from '../../model/result/status-figures.ts';
import { comparisonTable, comparisonTitle } from '../common/comparison.ts';
import type { Paint } from '../common/paint.ts';
import { table } from '../common/table.ts';
import {
  endingsInWords,
  healthLines,
  limitsInWords,
  REQUEST_COUNTERS,
  span,
  statisticName,
} from '../common/wording.ts';

/** A part of the report: a heading and the lines below it. */
type Section = { title: string; lines: string[] };

export function rateSection(status: LoadTestStatus): Section[] {
  const { rate } = status;
  if (rate === undefined) return [];
  if (rate.target === undefined)
    return [{ title: 'Rate', lines: [`reached ${rate.achieved}/s (a closed model asks no rate)`] }];
  const { target = 0, achieved = 0 } = statusFigures(status).rate ?? {};
  const share = target === 0 ? 0 : achieved / target;
  return [
    { title: 'Rate', lines: [`asked ${rate.target}/s on average, reached ${rate.achieved}/s (${percent(share)})`] },
  ];
}

/** The counters as the two sums that must hold, so that a reader sees where every request went. */
export function countsSection({ counts, redirects = 0 }: LoadTestStatus): Section[] {
  if (counts === undefined) return [];
  const { generated, made, dropped, done, timeout, failed, aborted, unexpected } = counts;
  const open = withoutOutcome(counts);
  const outcomes = [
    `${formatCount(done)} done`,
    `${formatCount(timeout)} timeout`,
    `${formatCount(failed)} failed`,
    ...(aborted === 0 ? [] : [`${formatCount(aborted)} aborted (cut off by the end)`]),
    ...(open === 0 ? [] : [`${formatCount(open)} without a known end (in flight when last heard of)`]),
  ];
  const rows = [
    ['generated', formatCount(generated), `= ${formatCount(made)} made + ${formatCount(dropped)} dropped (never sent)`],
    ['made', formatCount(made), `= ${outcomes.join(' + ')}`],
    [
      'done',
      formatCount(done),
      `= ${formatCount(done - unexpected)} as expected + ${formatCount(unexpected)} unexpected`,
    ],
    ...(redirects === 0 ? [] : [['redirects', formatCount(redirects), '  followed, within the requests above']]),
  ];
  return [{ title: 'Requests', lines: table(rows, ['left', 'right', 'left']) }];
}

/** Response time against service time: the difference is what waiting for the generator's turn or the target cost. */
export function latencySection({ responseTime, serviceTime }: LoadTestStatus): Section[] {
  if (responseTime === undefined) return [];
  const row = (name: string, times: Times | undefined) => [name, ...STATISTICS.map((s) => times?.[s] ?? '-')];
  const lines = table([
    ['', ...STATISTICS.map(statisticName)],
    row('response time', responseTime),
    row('service time', serviceTime),
  ]);
  const note = [
    'response time counts from the intended arrival, service time from the write of the request;',
    'both include timeouts',
  ];
  return [{ title: 'Times', lines: [...lines, ...note] }];
}

export function requestsSection({ requests }: LoadTestStatus): Section[] {
  if (requests === undefined || requests.length < 2) return [];
  const head = ['', ...REQUEST_COUNTERS, 'p50', 'p99', 'max', 'ended with'];
  const align = head.map((name, i) => (i === 0 || name === 'ended with' ? 'left' : 'right'));
  const rows = requests.map(({ name, counts, responseTime, ...outcomes }) => [
    name,
    ...REQUEST_COUNTERS.map((counter) => formatCount(counts[counter])),
    responseTime?.p50 ?? '-',
    responseTime?.p99 ?? '-',
    responseTime?.max ?? '-',
    endingsInWords(outcomes),
  ]);
  return [{ title: 'Each request (response time)', lines: table([head, ...rows], align) }];
}

export function responsesSection({ responses, counts }: LoadTestStatus): Section[] {
  if (responses === undefined || responses.length === 0) return [];
  const rows = responses.map(({ status, count }) => [
    String(status),
    formatCount(count),
    percent(count / (counts?.done || count)),
  ]);
  return [{ title: 'Statuses', lines: table(rows) }];
}

export function errorsSection({ errors }: LoadTestStatus): Section[] {
  if (errors === undefined || errors.length === 0) return [];
  const rows = errors.map(({ kind, count, example, first, last }) => [
    ...[kind, formatCount(count), [span(first, last), `e.g. ${oneLine(example)}`].filter(Boolean).join(', ')],
  ]);
  return [{ title: 'Errors', lines: table(rows, ['left', 'right', 'left']) }];
}

/** What the target said where it did not say what was expected. */
export function unexpectedSection({ unexpected }: LoadTestStatus): Section[] {
  if (unexpected === undefined || unexpected.length === 0) return [];
  const rows = unexpected.map(({ request, status, body, reason }) => [
    request,
    String(status),
    oneLine([reason, body === '' ? '(no body)' : body].filter(Boolean).join(': ')),
  ]);
  return [{ title: 'Unexpected answers, the first of each kind', lines: table(rows, ['left', 'left', 'left']) }];
}

function oneLine(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  return flat.length > 100 ? `${flat.slice(0, 99)}…` : flat;
}

export function thresholdsSection({ thresholds }: LoadTestStatus, paint: Paint): Section[] {
  if (thresholds === undefined || thresholds.length === 0) return [];
  const rows = thresholds.map(({ metric, request, min, max, observed, passed }) => [
    passed ? paint('green', '✓') : paint('red', '✗'),
    thresholdName({ metric, request }),
    observed ?? 'nothing to measure',
    limitsInWords({ min, max }),
  ]);
  return [{ title: 'Thresholds', lines: table(rows, ['left', 'left', 'right', 'left']) }];
}

/** The result held against the baseline's. */
export function comparisonSection({ comparison }: LoadTestStatus, paint: Paint): Section[] {
  if (comparison === undefined) return [];
  const lines = comparisonTable(comparison, paint);
  const title = comparisonTitle(comparison);
  return [{ title, lines: lines.length > 0 ? lines : [`not compared: ${comparison.message}`] }];
}

/** How the load generator itself fared, as its own figures say whose limit was measured. */
export function generatorSection({ generator, runners, conditions }: LoadTestStatus, paint: Paint): Section[] {
  if (generator === undefined) return [];
  const saturated = conditions?.find((c) => c.type === 'GeneratorSaturated');
  const verdict = generator.saturated
    ? paint('yellow', saturated?.message ?? 'the load generator was the limit')
    : (saturated?.message ?? 'the load generator kept up');
  const lost = runners === undefined || runners.lost === 0 ? '' : paint('red', `, ${runners.lost} lost`);
  const isOne = runners?.desired === 1;
  const count = runners === undefined ? '' : `${runners.desired} ${isOne ? 'runner' : 'runners'}${lost}, `;
  const cpu = `CPU ${generator.cpu} of a core${isOne ? '' : ' each'}`;
  return [{ title: 'Generator', lines: [`${count}${cpu}`, ...healthLines(generator), verdict] }];
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))}%`;
}
