import { formatCount as n } from '../../api/common/quantity.ts';
import { thresholdName } from '../../api/loadtest/threshold.ts';
import { COUNTERS, READING_ORDER } from '../../api/status/counters.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { STATISTICS } from '../../model/result/figures.ts';
import { escapeText as e } from '../common/escape.ts';
import { endingsInWords, limitsInSigns, REQUEST_COUNTERS, span, statisticName } from '../common/wording.ts';
import { section } from './section.ts';

export function thresholds(status: LoadTestStatus): string {
  const rows = (status.thresholds ?? []).map((t) => [
    t.passed ? '<span class="ok">✓ holds</span>' : '<span class="no">✗ broken</span>',
    { text: thresholdName(t) },
    e(t.observed ?? 'nothing to measure'),
    e(limitsInSigns(t)),
  ]);
  return section('Thresholds', ['', { text: 'metric' }, 'observed', 'limit'], rows);
}

export function times({ responseTime, serviceTime }: LoadTestStatus): string {
  if (responseTime === undefined) return '';
  const rows = STATISTICS.map((s) => [statisticName(s), e(responseTime[s]), e(serviceTime?.[s] ?? '–')]);
  const note =
    '<p class="soft">Response time counts from the intended arrival, service time from the write of the request; both include timeouts.</p>';
  return section('Times', ['', 'response time', 'service time'], rows, note);
}

export function counts({ counts: c }: LoadTestStatus): string {
  if (c === undefined) return '';
  const rows = READING_ORDER.map((name) => [name, n(c[name]), { text: e(COUNTERS[name].help) }]);
  return section('Requests', undefined, rows);
}

export function requests({ requests: list = [] }: LoadTestStatus): string {
  if (list.length < 2) return '';
  const counters = READING_ORDER.filter((name) => REQUEST_COUNTERS.includes(name));
  const head = ['', ...counters, 'p50', 'p99', 'max'];
  const rows = list.map(({ name, counts: c, responseTime: t, ...outcomes }) => [
    e(name),
    ...counters.map((counter) => n(c[counter])),
    ...[t?.p50, t?.p99, t?.max].map((v) => e(v ?? '–')),
    { text: endingsInWords(outcomes) },
  ]);
  return section('Each request (response time)', [...head, { text: 'ended with' }], rows);
}

export function statuses({ responses = [] }: LoadTestStatus): string {
  return section(
    'Statuses',
    ['status', 'responses'],
    responses.map((r) => [String(r.status), n(r.count)]),
  );
}

export function errors({ errors: list = [] }: LoadTestStatus): string {
  const rows = list.map((r) => [
    ...[e(r.kind), n(r.count), e(span(r.first, r.last))],
    { text: r.example.replace(/\s+/g, ' ') },
  ]);
  return section('Errors', ['kind', 'count', 'when', { text: 'for example' }], rows);
}

export function unexpected({ unexpected: list = [] }: LoadTestStatus): string {
  const rows = list.map((r) => [
    ...[e(r.request), String(r.status)],
    { text: [r.reason, r.body.replace(/\s+/g, ' ')].filter(Boolean).join(': ') || '(no body)' },
  ]);
  return section('Unexpected answers, the first of each kind', ['request', 'status', { text: 'answer' }], rows);
}
