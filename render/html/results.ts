import { formatCount, formatNumber } from '../../api/common/quantity.ts';
import { shownLine } from '../../api/common/shown/text.ts';
import { thresholdName } from '../../api/loadtest/threshold.ts';
import type { ReportDocument } from '../../api/report/report-document.ts';
import { COUNTERS, READING_ORDER } from '../../api/status/counters.ts';
import { statusText } from '../../api/status/grpc-statuses.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { oneOfEachKind } from '../../model/measure/unexpected-examples.ts';
import { STATISTICS } from '../../model/result/figures.ts';
import { escapeText as e } from '../common/escape.ts';
import { shownOf } from '../common/threshold.ts';
import {
  addressRows,
  besideCounts,
  limitsInSigns,
  observedText,
  outcomesInWords,
  REQUEST_COUNTERS,
  REQUEST_STATISTICS,
  span,
  statisticName,
  TIMES_NOTE,
  TITLES,
  timesInWords,
  traceCells,
  unexpectedDetail,
} from '../common/wording.ts';
import { percent } from '../text/section.ts';
import { section } from './section.ts';

// The sections of the HTML report that show the status as tables; each is empty where the status has nothing for it.

export function thresholds(status: LoadTestStatus): string {
  const rows = (status.thresholds ?? []).map((t) => {
    const { cssClass, sign, word } = shownOf(t);
    const why = t.inconclusive === undefined ? '' : `<br><small>${e(t.inconclusive)}</small>`;
    return [
      `<span class="${cssClass}">${sign}&nbsp;${word}</span>`,
      { html: `${e(thresholdName(t)).replaceAll('.', '.<wbr>')}${why}` },
      e(observedText(t)),
      e(limitsInSigns(t)).replaceAll(/(?<=[≤≥]) /g, '&nbsp;'),
    ];
  });
  return section(TITLES.thresholds, ['result', { text: 'metric' }, 'observed', 'limit'], rows);
}

export function times({ responseTime, firstByte, serviceTime }: LoadTestStatus): string {
  if (responseTime === undefined) return '';
  const columns = [responseTime, ...(firstByte === undefined ? [] : [firstByte]), serviceTime];
  const rows = STATISTICS.map((s) => [statisticName(s), ...columns.map((column) => e(column?.[s] ?? '–'))]);
  const head = ['statistic', 'response time', ...(firstByte === undefined ? [] : ['first byte']), 'service time'];
  const note = `<p class="soft">${e(TIMES_NOTE)}</p>`;
  return section(TITLES.times, head, rows, note);
}

export function counts(status: LoadTestStatus): string {
  const { counts: c } = status;
  if (c === undefined) return '';
  const rows = [
    ...READING_ORDER.map((name) => [name, formatCount(c[name]), { text: COUNTERS[name].help }]),
    ...besideCounts(status).map(({ name, count, note }) => [name, count, { text: note }]),
  ];
  return section(TITLES.counts, undefined, rows);
}

/** A row for each request: what it is, what came of it, its rate and its times. */
export function requests({ status: { requests: list = [] }, result }: ReportDocument): string {
  // A counter of errors that is zero everywhere needs no column.
  const counters = READING_ORDER.filter(
    (name) => REQUEST_COUNTERS.includes(name) && (name === 'done' || list.some(({ counts: c }) => c[name] > 0)),
  );
  const head = [{ text: 'request' }, 'rate', ...counters, ...REQUEST_STATISTICS];
  const rows = list.map(({ name, counts: c, responseTime: t, ...outcomes }, i) => {
    const { method = '', path = '', responsesPerSecond: rate } = result.requests[i] ?? {};
    const lines = [`${method} ${path}`.trim(), outcomesInWords(outcomes)].filter(Boolean);
    return [
      { html: [e(name), ...lines.map((line) => `<small>${e(line)}</small>`)].join('<br>') },
      rate === undefined ? '–' : `${formatNumber(rate)}/s`,
      ...counters.map((counter) => formatCount(c[counter])),
      ...REQUEST_STATISTICS.map((s) => e(t?.[s] ?? '–')),
    ];
  });
  return section(TITLES.requests, head, rows);
}

export function responses({ responses: list = [], counts: c }: LoadTestStatus): string {
  const rows = list.map((r) => [statusText(r.status), formatCount(r.count), percent(r.count / (c?.done || r.count))]);
  return section(TITLES.responses, ['status', 'responses', 'share'], rows);
}

export function errors({ errors: list = [] }: LoadTestStatus): string {
  const rows = list.map((r) => [
    ...[e(r.kind), formatCount(r.count), e(span(r.first, r.last))],
    { text: shownLine(r.example) },
  ]);
  return section(TITLES.errors, ['kind', 'count', 'when', { text: 'example' }], rows);
}

/** The traces that are worth reading, as links where the spec has a template of their addresses. */
export function traces({ traces: list = [] }: LoadTestStatus): string {
  const rows = list.map((trace) => {
    const [why, request, outcome, time] = traceCells(trace);
    const id = e(trace.traceId);
    const linked = trace.link === undefined ? id : `<a href="${e(trace.link)}" rel="noreferrer">${id}</a>`;
    return [{ text: why }, { text: request }, { text: outcome }, e(time), { html: linked }];
  });
  const head = [{ text: 'kept' }, { text: 'request' }, { text: 'outcome' }, 'response time', { text: 'trace' }];
  return section(TITLES.traces, head, rows);
}

/** How requests were spread over the addresses of the target. */
export function addresses(status: LoadTestStatus): string {
  const rows = addressRows(status).map(({ address, requests, share, connections }) => [
    ...[e(address), requests, percent(share), connections],
  ]);
  return section(TITLES.addresses, ['address', 'requests', 'share', 'connections'], rows);
}

/** Examples of responses that did not meet the expectation, and why they did not. */
export function unexpected({ unexpected: list = [] }: LoadTestStatus): string {
  const rows = oneOfEachKind(list).map((r) => [
    ...[e(r.request), statusText(r.status), e(timesInWords(r))],
    { text: shownLine(unexpectedDetail(r)) },
  ]);
  return section(TITLES.unexpected, ['request', 'status', 'count', { text: 'response' }], rows);
}
