import { stringify } from 'yaml';
import { findCondition } from '../api/conditions.ts';
import type { ReportDocument } from '../api/report.ts';
import type { LoadTestStatus } from '../api/status.ts';
import { COMPARISON_COLUMNS, comparisonCells, RANGE_NOTE } from './comparison.ts';
import { escapeText as e } from './escape.ts';
import { charts, windowCharts } from './html-charts.ts';
import { timelineTable } from './html-timeline.ts';
import { POLICY, SCRIPT, STYLE } from './page.ts';
import { healthLines, loadLine, span } from './sections.ts';

/** Reports as one page that needs nothing but itself: it can be mailed, kept as a build's artifact, and read on a phone. */
export function htmlReport(reports: readonly ReportDocument[]): string {
  const title = reports.map((r) => r.metadata.name).join(', ');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${e(POLICY)}"><link rel="icon" href="data:,">
<title>${e(title)} – load test</title><style>${STYLE}</style></head>
<body><main>${reports.map(article).join('\n')}</main><script>${SCRIPT}</script></body></html>
`;
}

function article(report: ReportDocument): string {
  const { spec, status, metadata } = report;
  const when = status.loadStartTime === undefined ? '' : `${status.loadStartTime} to ${status.completionTime ?? 'now'}`;
  return [
    `<article><header><h1>${e(metadata.name)}</h1><p class="soft">${e(spec.target.url)}<br>${e(loadLine(spec))}<br>${e(when)}</p></header>`,
    verdict(status),
    tiles(status),
    thresholds(status),
    comparison(report),
    charts(report),
    timelineTable(report),
    `<div class="pair">${times(status)}${counts(status)}</div>`,
    requests(status),
    statuses(status),
    errors(status),
    unexpected(status),
    generator(report),
    environment(report),
    `<details><summary>Specification</summary><pre>${e(stringify(spec, { lineWidth: 0 }))}</pre></details></article>`,
  ].join('\n');
}

const WORDS = { True: 'PASSED', False: 'FAILED', Unknown: 'INCONCLUSIVE' } as const;

function verdict(status: LoadTestStatus): string {
  const passed = findCondition(status.conditions, 'Passed');
  const state = passed?.status ?? 'Unknown';
  return `<p class="verdict ${state}"><b>${WORDS[state]}</b> ${e(passed?.message ?? 'not judged')}</p>`;
}

function tiles({ rate, responseTime, errorShare, counts }: LoadTestStatus): string {
  const tile = (name: string, value: string | undefined, id: string) =>
    value === undefined ? '' : `<li><b id="${id}">${e(value)}</b><span>${e(name)}</span></li>`;
  return `<ul class="tiles">${[
    tile(
      rate?.target === undefined ? 'responses a second' : `responses a second of ${rate.target} asked`,
      rate?.achieved,
      'rate',
    ),
    tile('p50 response time', responseTime?.p50, 'p50'),
    tile('p99 response time', responseTime?.p99, 'p99'),
    tile('errors', errorShare, 'errors'),
    tile(counts === undefined ? '' : `of ${n(counts.generated)} requests done`, counts && n(counts.done), 'done'),
  ].join('')}</ul>`;
}

function thresholds(status: LoadTestStatus): string {
  const rows = (status.thresholds ?? []).map((t) => [
    t.passed ? '<span class="ok">✓ holds</span>' : '<span class="no">✗ broken</span>',
    { text: t.request === undefined ? t.metric : `${t.metric} of ${t.request}` },
    e(t.observed ?? 'nothing to measure'),
    e([t.min && `≥ ${t.min}`, t.max && `≤ ${t.max}`].filter(Boolean).join(', ')),
  ]);
  return section('Thresholds', ['', { text: 'metric' }, 'observed', 'limit'], rows);
}

const STATISTICS = ['min', 'mean', 'p50', 'p90', 'p95', 'p99', 'p999', 'max'] as const;

function times({ responseTime, serviceTime }: LoadTestStatus): string {
  if (responseTime === undefined) return '';
  const rows = STATISTICS.map((s) => [s === 'p999' ? 'p99.9' : s, e(responseTime[s]), e(serviceTime?.[s] ?? '–')]);
  const note =
    '<p class="soft">Response time counts from the intended arrival, service time from the write of the request; both hold the time-outs.</p>';
  return section('Times', ['', 'response time', 'service time'], rows, note);
}

function counts({ counts: c }: LoadTestStatus): string {
  if (c === undefined) return '';
  const rows: [string, number, string][] = [
    ['generated', c.generated, 'arrivals that came due'],
    ['made', c.made, 'handed to the network'],
    ['done', c.done, 'complete responses'],
    ['unexpected', c.unexpected, 'of them not what was expected'],
    ['timeout', c.timeout, 'ran into the time-out'],
    ['failed', c.failed, 'ended with an error'],
    ['dropped', c.dropped, 'never sent'],
    ['aborted', c.aborted, 'cut off by the end'],
  ];
  return section(
    'Requests',
    undefined,
    rows.map(([name, count, what]) => [name, n(count), { text: what }]),
  );
}

function requests({ requests: list = [] }: LoadTestStatus): string {
  if (list.length < 2) return '';
  const head = ['', 'generated', 'done', 'unexpected', 'timeout', 'failed', 'dropped', 'p50', 'p99', 'max'];
  const rows = list.map(({ name, counts: c, responseTime: t }) => [
    e(name),
    ...[c.generated, c.done, c.unexpected, c.timeout, c.failed, c.dropped].map(n),
    ...[t?.p50, t?.p99, t?.max].map((v) => e(v ?? '–')),
  ]);
  return section('Each request (response time)', head, rows);
}

function statuses({ responses = [] }: LoadTestStatus): string {
  return section(
    'Statuses',
    ['status', 'responses'],
    responses.map((r) => [String(r.status), n(r.count)]),
  );
}

function errors({ errors: list = [] }: LoadTestStatus): string {
  const rows = list.map((r) => [
    ...[e(r.kind), n(r.count), e(span(r.first, r.last))],
    { text: r.example.replace(/\s+/g, ' ') },
  ]);
  return section('Errors', ['kind', 'count', 'when', { text: 'for example' }], rows);
}

function unexpected({ unexpected: list = [] }: LoadTestStatus): string {
  const rows = list.map((r) => [
    ...[e(r.request), String(r.status)],
    { text: [r.reason, r.body.replace(/\s+/g, ' ')].filter(Boolean).join(': ') || '(no body)' },
  ]);
  return section('Unexpected answers, the first of each kind', ['request', 'status', { text: 'answer' }], rows);
}

function comparison({ status, spec, baselineWindows }: ReportDocument): string {
  const { comparison: compared, windows } = status;
  if (compared === undefined) return '';
  const title = `Against ${compared.baseline}, at most ${compared.maxRegression} worse`;
  const sentence = `<p class="soft">${e(compared.message)}</p>`;
  if (compared.metrics.length === 0) return `<section><h2>${e(title)}</h2>${sentence}</section>`;
  const rows = compared.metrics.map((m) => {
    const [metric = '', ...figures] = comparisonCells(m);
    const mark = m.regressed ? '<span class="no">✗ worse</span>' : '<span class="ok">✓</span>';
    return [mark, { text: metric }, ...figures.map(e)];
  });
  const note = `${sentence}<p class="soft">${e(RANGE_NOTE)}.</p>`;
  const drawn = windows && baselineWindows ? windowCharts(spec, windows, baselineWindows, compared.baseline) : '';
  return section(title, ['', { text: 'metric' }, ...COMPARISON_COLUMNS.slice(1)], rows, note) + drawn;
}

function generator({ status, runners, omitted }: ReportDocument): string {
  const saturated = findCondition(status.conditions, 'GeneratorSaturated');
  const rows = runners.map((r) => [
    String(r.index),
    `<span class="${r.state === 'Finished' ? 'ok' : 'no'}">${e(r.state)}</span>`,
    r.counts === undefined ? '–' : n(r.counts.made),
    e(r.p99 ?? '–'),
    e(r.cpu ?? '–'),
    { text: [r.node, r.message].filter(Boolean).join(': ') },
  ]);
  const health = status.generator === undefined ? [] : healthLines(status.generator);
  const left = omitted.length === 0 ? '' : `<p class="soft">Left out for its size: ${e(omitted.join(', '))}.</p>`;
  return section(
    'Load generator',
    ['runner', 'state', 'made', 'p99', 'CPU', { text: '' }],
    rows,
    `<p class="soft">${e([saturated?.message, ...health].filter(Boolean).join('; '))}</p>${left}`,
  );
}

function environment({ environment: env, metadata }: ReportDocument): string {
  const rows = (
    [
      ['namespace', metadata.namespace],
      ['uid', metadata.uid],
      ['loadtest-operator', env.version],
      ['Kubernetes', env.kubernetes],
      ['image', env.image],
      ['nodes', env.nodes?.join(', ')],
      ['machines', env.machines?.join('; ')],
      ['machine', env.machine],
    ] as const
  ).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[e(name), { text: value }]]));
  return section('Environment', undefined, rows);
}

type Cell = string | { text: string };

/** A heading with a table; nothing when there are no rows. Cells are HTML, or text that may be long and is wrapped. */
function section(
  title: string,
  head: readonly Cell[] | undefined,
  rows: readonly (readonly Cell[])[],
  after = '',
): string {
  if (rows.length === 0) return '';
  const cell = (tag: string) => (c: Cell) =>
    typeof c === 'string' ? `<${tag}>${c}</${tag}>` : `<${tag} class="text">${e(c.text)}</${tag}>`;
  const thead = head === undefined ? '' : `<thead><tr>${head.map(cell('th')).join('')}</tr></thead>`;
  const body = rows.map((row) => `<tr>${row.map(cell('td')).join('')}</tr>`).join('');
  return `<section><h2>${e(title)}</h2><div class="scroll"><table>${thead}<tbody>${body}</tbody></table></div>${after}</section>`;
}

function n(value: number): string {
  return value.toLocaleString('en');
}
