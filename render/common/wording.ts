import { formatCount } from '../../api/common/quantity.ts';
import type { AppliedThreshold } from '../../api/loadtest/threshold.ts';
import { type CounterName, ERROR_COUNTERS } from '../../api/status/counters.ts';
import type { Times } from '../../api/status/fields/times.ts';
import type { UnexpectedResponse } from '../../api/status/fields/unexpected.ts';
import { isGrpcStatus, statusText } from '../../api/status/grpc-statuses.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';

/** The headings of the parts that the text report and the HTML report have in common. */
export const TITLES = {
  counts: 'Requests',
  times: 'Times',
  connections: 'Connections',
  events: 'Events of streams',
  requests: 'Each request (response time)',
  responses: 'Statuses',
  errors: 'Errors',
  addresses: 'Addresses',
  traces: 'Traces of sampled requests',
  unexpected: 'Unexpected responses, one of each kind',
  thresholds: 'Thresholds',
} as const;

/** The counters that a report shows for each request. */
export const REQUEST_COUNTERS: readonly CounterName[] = ['generated', 'done', ...ERROR_COUNTERS];

/** The statistics of the response time that a report shows for each request. */
export const REQUEST_STATISTICS = ['p50', 'p90', 'p95', 'p99', 'max'] as const satisfies (keyof Times)[];

export function statisticName(statistic: keyof Times): string {
  return statistic === 'p999' ? 'p99.9' : statistic;
}

/** How the times differ. */
export const TIMES_NOTE =
  'response time and first byte count from the intended arrival, service time from the write of the request; all include timeouts';

/** The length of a load for people: 12.34 -> "12.3s", 330 -> "5m 30s", 3_720 -> "1h 2m". */
export function lengthText(seconds: number): string {
  if (seconds < 60) return `${Number(seconds.toFixed(1))}s`;
  const whole = Math.round(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const parts = [h && `${h}h`, m && `${m}m`, h === 0 && s > 0 && `${s}s`];
  return parts.filter(Boolean).join(' ');
}

/** What a report counts beside the outcomes of requests. */
export function besideCounts({
  maxInFlight,
  messages,
  redirects,
}: Pick<LoadTestStatus, 'maxInFlight' | 'messages' | 'redirects'>) {
  return [
    { name: 'in flight', value: maxInFlight, note: 'at most at the same time' },
    { name: 'messages', value: messages, note: 'of streams, within the responses' },
    { name: 'redirects', value: redirects, note: 'followed, in addition to the requests made' },
  ].flatMap(({ value, ...words }) => (value === undefined ? [] : [{ ...words, count: formatCount(value) }]));
}

/** When errors occurred, since the load began: "at 1.2s", "1.2s to 9s". */
export function span(first: string | undefined, last: string | undefined): string {
  if (first === undefined) return '';
  return last === undefined || last === first ? `at ${first}` : `${first} to ${last}`;
}

/** The first cells of a trace: why it is kept, its request, how and when that ended. */
export function traceCells({ kept, request, outcome, responseTime }: NonNullable<LoadTestStatus['traces']>[number]) {
  return [kept === 'Slowest' ? 'slow' : 'unexpected', request, outcome, responseTime] as const;
}

/** The share of requests and the connections of each address, and of all others together. */
export function addressRows({ addresses = [], otherAddresses }: LoadTestStatus) {
  const uses = [...addresses, ...(otherAddresses ? [{ address: 'others', ...otherAddresses }] : [])];
  const all = uses.reduce((sum, { requests }) => sum + requests, 0);
  return uses.map(({ address, requests, connections }) => ({
    address,
    requests: formatCount(requests),
    share: requests / (all || 1),
    connections: formatCount(connections),
  }));
}

type Outcomes = Pick<NonNullable<LoadTestStatus['requests']>[number], 'responses' | 'errors'>;
const OUTCOMES_SHOWN = 4;

/** The outcomes of one request for a cell: "200 ×4,950, 503 ×50, ConnectionReset ×3". Empty when they are unknown. */
export function outcomesInWords({ responses = [], errors = [] }: Outcomes): string {
  const outcomes = [
    ...responses.map(({ status, count }) => ({ name: statusText(status), count })),
    ...errors.map(({ kind, count }) => ({ name: kind, count })),
  ];
  const shown = outcomes.slice(0, OUTCOMES_SHOWN).map(({ name, count }) => `${name} ×${formatCount(count)}`);
  const more = outcomes.length - shown.length;
  return [...shown, ...(more === 0 ? [] : [`${more} more`])].join(', ');
}

/** How often there were responses like an example: "×36"; empty where they are not counted. */
export function timesInWords({ count }: UnexpectedResponse): string {
  return count === undefined ? '' : `×${formatCount(count)}`;
}

/** Why a response is unexpected, and its body: "the body has no id: {}". A gRPC call without read messages keeps none. */
export function unexpectedDetail({ status, reason, body }: UnexpectedResponse): string {
  const none = isGrpcStatus(status) ? '' : '(no body)';
  return [reason, body === '' ? none : body].filter(Boolean).join(': ');
}

/** The observed value of a threshold's metric. */
export function observedText({ observed }: { observed?: string | undefined }): string {
  return observed ?? 'nothing to measure';
}

/** "≥ 95, ≤ 105", for cells. */
export function limitsInSigns({
  min,
  max,
  default: isDefault,
}: Pick<AppliedThreshold, 'min' | 'max' | 'default'>): string {
  const limits = [min && `≥ ${min}`, max && `≤ ${max}`].filter(Boolean).join(', ');
  return isDefault ? `${limits} (default)` : limits;
}

/** What slowed the generator down: its CPU limit and garbage collection. */
export function healthLines({ throttled, gcPauseMax, gcShare }: NonNullable<LoadTestStatus['generator']>): string[] {
  return [
    ...(throttled === undefined ? [] : [`throttled by its CPU limit ${throttled} of the time`]),
    ...(gcPauseMax === undefined ? [] : [`garbage collection pauses of at most ${gcPauseMax}, ${gcShare} of the time`]),
  ];
}
