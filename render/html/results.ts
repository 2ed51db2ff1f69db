import { formatCount } from '../../api/common/quantity.ts';
import { thresholdName } from '../../api/loadtest/threshold.ts';
import { COUNTERS, READING_ORDER } from '../../api/status/counters.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { STATISTICS } from '../../model/result/figures.ts';
import { escapeText as e } from '../common/escape.ts';
import { shownOf } from '../common/threshold.ts';
import {
  limitsInSigns,
  observedText,
  oneLine,
  outcomesInWords,
  REQUEST_COUNTERS,
  span,
  statisticName,
  TIMES_NOTE,
  TITLES,
  unexpectedDetail,
} from '../common/wording.ts';
import { section } from './section.ts';

// The sections of the HTML report that show the status as tables; each is empty where the status has nothing for it.

export function thresholds(status: LoadTestStatus): string {
  const rows = (status.thresholds ?? []).map((t) => {
    const { cssClass, sign, word } = shownOf(t);
    const why = t.inconclusive === undefined ? '' : `: ${t.inconclusive}`;
    const limits = e(limitsInSigns(t));
    return [
      `<span class="${cssClass}">${sign} ${word}</span>`,
      { text: `${thresholdName(t)}${why}` },
      e(observedText(t)),
      limits,
    ];
  });
  return section(TITLES.thresholds, ['', { text: 'metric' }, 'observed', 'limit'], rows);
}

export function times({ responseTime, serviceTime }: LoadTestStatus): string {
  if (responseTime === undefined) return '';
  const rows = STATISTICS.map((s) => [statisticName(s), e(responseTime[s]), e(serviceTime?.[s] ?? '–')]);
  const note = `<p class="soft">${e(TIMES_NOTE)}</p>`;
  return section(TITLES.times, ['', 'response time', 'service time'], rows, note);
}

export function counts({ counts: c, maxInFlight }: LoadTestStatus): string {
  if (c === undefined) return '';
  const rows = READING_ORDER.map((name) => [name, formatCount(c[name]), { text: COUNTERS[name].help }]);
  if (maxInFlight !== undefined)
    rows.push(['in flight', formatCount(maxInFlight), { text: 'At most at the same time.' }]);
  return section(TITLES.counts, undefined, rows);
}

/** A row for each request of a test that has several. */
export function requests({ requests: list = [] }: LoadTestStatus): string {
  if (list.length < 2) return '';
  const counters = READING_ORDER.filter((name) => REQUEST_COUNTERS.includes(name));
  const head = ['', ...counters, 'p50', 'p99', 'max'];
  const rows = list.map(({ name, counts: c, responseTime: t, ...outcomes }) => [
    e(name),
    ...counters.map((counter) => formatCount(c[counter])),
    ...[t?.p50, t?.p99, t?.max].map((v) => e(v ?? '–')),
    { text: outcomesInWords(outcomes) },
  ]);
  return section(TITLES.requests, [...head, { text: 'outcomes' }], rows);
}

export function responses({ responses: list = [] }: LoadTestStatus): string {
  const rows = list.map((r) => [String(r.status), formatCount(r.count)]);
  return section(TITLES.responses, ['status', 'responses'], rows);
}

export function errors({ errors: list = [] }: LoadTestStatus): string {
  const rows = list.map((r) => [
    ...[e(r.kind), formatCount(r.count), e(span(r.first, r.last))],
    { text: oneLine(r.example) },
  ]);
  return section(TITLES.errors, ['kind', 'count', 'when', { text: 'example' }], rows);
}

/** Examples of responses that did not meet the expectation, and why they did not. */
export function unexpected({ unexpected: list = [] }: LoadTestStatus): string {
  const rows = list.map((r) => [e(r.request), String(r.status), { text: oneLine(unexpectedDetail(r)) }]);
  return section(TITLES.unexpected, ['request', 'status', { text: 'response' }], rows);
}
