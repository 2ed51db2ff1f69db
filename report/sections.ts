import type { ClosedLoad, OpenLoad } from '../api/load.ts';
import type { LoadTestSpec } from '../api/loadtest.ts';
import type { LoadTestStatus, Times } from '../api/status.ts';
import { comparisonTable } from './comparison.ts';
import type { Paint } from './paint.ts';
import { table } from './table.ts';

/** A part of the report: a heading and the lines below it. */
export type Section = { title: string; lines: string[] };

const TIME_COLUMNS = ['min', 'mean', 'p50', 'p90', 'p95', 'p99', 'p999', 'max'] as const;

function number(value: number): string {
  return value.toLocaleString('en');
}

/** The load that was asked for, in the words of the two models. */
export function loadLine({ load }: LoadTestSpec): string {
  return load.open !== undefined ? openLine(load.open) : closedLine(load.closed!);
}

function openLine({ stages, startRate, per, arrivals }: OpenLoad): string {
  const unit = per === '1s' ? '/s' : ` per ${per}`;
  const rates = [startRate ?? stages[0]!.rate, ...stages.map((s) => s.rate)];
  const parts = stages.map(({ rate, duration }, i) =>
    rates[i] === rate
      ? `${number(rate)}${unit} for ${duration}`
      : `${number(rates[i]!)} to ${number(rate)}${unit} in ${duration}`,
  );
  return `open model, ${arrivals === 'Poisson' ? 'Poisson' : 'uniform'} arrivals: ${parts.join(', ')}`;
}

function closedLine({ users, thinkTime, duration, iterations }: ClosedLoad): string {
  const ends = [duration, iterations && `${number(iterations)} requests`].filter(Boolean).join(' or ');
  return `closed model: ${number(users)} ${users === 1 ? 'user' : 'users'}, think time ${thinkTime}, for ${ends}`;
}

export function rateSection(status: LoadTestStatus): Section[] {
  const { rate } = status;
  if (rate === undefined) return [];
  if (rate.target === undefined)
    return [{ title: 'Rate', lines: [`reached ${rate.achieved}/s (a closed model asks no rate)`] }];
  const share = Number(rate.target) === 0 ? 0 : Number(rate.achieved) / Number(rate.target);
  return [
    { title: 'Rate', lines: [`asked ${rate.target}/s on average, reached ${rate.achieved}/s (${percent(share)})`] },
  ];
}

/** The counters as the two sums that must hold, so that a reader sees where every request went. */
export function countsSection({ counts, redirects = 0 }: LoadTestStatus): Section[] {
  if (counts === undefined) return [];
  const { generated, made, dropped, done, timeout, failed, aborted, unexpected } = counts;
  const open = made - done - timeout - failed - aborted;
  const outcomes = [
    `${number(done)} done`,
    `${number(timeout)} timeout`,
    `${number(failed)} failed`,
    ...(aborted === 0 ? [] : [`${number(aborted)} aborted (cut off by the end)`]),
    ...(open === 0 ? [] : [`${number(open)} without a known end (in flight when last heard of)`]),
  ];
  const rows = [
    ['generated', number(generated), `= ${number(made)} made + ${number(dropped)} dropped (never sent)`],
    ['made', number(made), `= ${outcomes.join(' + ')}`],
    ['done', number(done), `= ${number(done - unexpected)} as expected + ${number(unexpected)} unexpected`],
    ...(redirects === 0 ? [] : [['redirects', number(redirects), '  followed, within the requests above']]),
  ];
  return [{ title: 'Requests', lines: table(rows, ['left', 'right', 'left']) }];
}

/** Response time against service time: the difference is what waiting for the generator's turn or the target cost. */
export function latencySection({ responseTime, serviceTime }: LoadTestStatus): Section[] {
  if (responseTime === undefined) return [];
  const row = (name: string, times: Times | undefined) => [name, ...TIME_COLUMNS.map((c) => times?.[c] ?? '-')];
  const lines = table([
    ['', ...TIME_COLUMNS.map(percentileName)],
    row('response time', responseTime),
    row('service time', serviceTime),
  ]);
  const note = [
    'response time counts from the intended arrival, service time from the write of the request;',
    'both hold the time-outs',
  ];
  return [{ title: 'Times', lines: [...lines, ...note] }];
}

function percentileName(column: string): string {
  return column === 'p999' ? 'p99.9' : column;
}

export function requestsSection({ requests }: LoadTestStatus): Section[] {
  if (requests === undefined || requests.length < 2) return [];
  const head = ['', 'generated', 'done', 'timeout', 'failed', 'dropped', 'unexpected', 'p50', 'p99', 'max'];
  const rows = requests.map(({ name, counts, responseTime }) => [
    name,
    ...[counts.generated, counts.done, counts.timeout, counts.failed, counts.dropped, counts.unexpected].map(number),
    responseTime?.p50 ?? '-',
    responseTime?.p99 ?? '-',
    responseTime?.max ?? '-',
  ]);
  return [{ title: 'Each request (response time)', lines: table([head, ...rows]) }];
}

export function responsesSection({ responses, counts }: LoadTestStatus): Section[] {
  if (responses === undefined || responses.length === 0) return [];
  const rows = responses.map(({ status, count }) => [
    String(status),
    number(count),
    percent(count / (counts?.done || count)),
  ]);
  return [{ title: 'Statuses', lines: table(rows) }];
}

export function errorsSection({ errors }: LoadTestStatus): Section[] {
  if (errors === undefined || errors.length === 0) return [];
  const rows = errors.map(({ kind, count, example, first, last }) => [
    ...[kind, number(count), [span(first, last), `e.g. ${oneLine(example)}`].filter(Boolean).join(', ')],
  ]);
  return [{ title: 'Errors', lines: table(rows, ['left', 'right', 'left']) }];
}

/** When errors came, since the load began: "at 1.2s", "1.2s to 9s". */
export function span(first: string | undefined, last: string | undefined): string {
  if (first === undefined) return '';
  return last === undefined || last === first ? `at ${first}` : `${first} to ${last}`;
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
    request === undefined ? metric : `${metric} of ${request}`,
    observed ?? 'nothing to measure',
    [min && `at least ${min}`, max && `at most ${max}`].filter(Boolean).join(', '),
  ]);
  return [{ title: 'Thresholds', lines: table(rows, ['left', 'left', 'right', 'left']) }];
}

/** The result held against the baseline's. */
export function comparisonSection({ comparison }: LoadTestStatus, paint: Paint): Section[] {
  if (comparison === undefined) return [];
  const lines = comparisonTable(comparison, paint);
  const title = `Against ${comparison.baseline}, at most ${comparison.maxRegression} worse`;
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
  const count =
    runners === undefined ? '' : `${runners.desired} ${runners.desired === 1 ? 'runner' : 'runners'}${lost}, `;
  return [
    { title: 'Generator', lines: [`${count}CPU ${generator.cpu} of a core each`, ...healthLines(generator), verdict] },
  ];
}

/** What kept the generator from its work: its CPU limit and garbage collection. */
export function healthLines({ throttled, gcPauseMax, gcShare }: NonNullable<LoadTestStatus['generator']>): string[] {
  return [
    ...(throttled === undefined ? [] : [`stopped by its CPU limit ${throttled} of the time`]),
    ...(gcPauseMax === undefined ? [] : [`garbage collection ${gcPauseMax} at most, ${gcShare} of the time`]),
  ];
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))}%`;
}
