import { formatMicroseconds, msToUs } from '../../api/common/duration.ts';
import { formatNumber, formatShare } from '../../api/common/quantity.ts';
import { MAX_OUTCOMES } from '../../api/common/sizes.ts';
import { recordOf } from '../../api/status/counters.ts';
import type { Times } from '../../api/status/fields/times.ts';
import { GRPC_STATUSES } from '../../api/status/grpc-statuses.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import type { Verdict } from '../judge/verdict.ts';
import { mostUsed } from '../measure/connections/addresses.ts';
import { resultCounts } from '../measure/counters.ts';
import type { Histogram } from '../measure/histogram.ts';
import type { Outcomes } from '../measure/outcomes.ts';
import type { Summary } from '../measure/summary.ts';
import { type ConnectionsOf, reusedOf } from '../measure/transfer/connections.ts';
import type { EventsOf } from '../measure/transfer/events.ts';
import {
  allTimesUs,
  figuresOf,
  type GeneratorFigures,
  type ResultFigures,
  STATISTICS,
  type TimeFigure,
  type TimesUs,
  timesUs,
} from './figures.ts';

/** The part of the status that the measurement fills. */
export type ResultStatus = Pick<
  LoadTestStatus,
  | 'counts'
  | 'maxInFlight'
  | 'rate'
  | 'errorShare'
  | 'responseTime'
  | 'firstByte'
  | 'serviceTime'
  | 'bytes'
  | 'connections'
  | 'requests'
  | 'responses'
  | 'errors'
  | 'unexpected'
  | 'redirects'
  | 'messages'
  | 'addresses'
  | 'otherAddresses'
  | 'traces'
  | 'thresholds'
  | 'comparison'
  | 'generator'
>;

/** Formats a summary and its verdict for the status, in the operator and in a local run alike. */
export function resultStatus(summary: Summary, verdict: Verdict): ResultStatus {
  const figures = figuresOf(summary, verdict.saturated.status === 'True');
  return {
    counts: resultCounts(summary.counts),
    ...(summary.maxInFlight !== undefined && { maxInFlight: summary.maxInFlight }),
    rate: formatRate(summary.rate),
    ...(summary.errorShare !== undefined && { errorShare: formatShare(summary.errorShare) }),
    ...formatTimesOf(figures),
    ...(summary.bytes && { bytes: summary.bytes }),
    ...(summary.connections && { connections: formatConnections(summary.connections) }),
    requests: summary.requests.map((r, _, { length }) => ({
      name: r.name,
      counts: resultCounts(r.counts),
      ...(r.bytes && { bytes: r.bytes }),
      ...(r.messages > 0 && { messages: r.messages }),
      ...(r.events && { events: formatEvents(r.events) }),
      ...formatTimesOf(allTimesUs(r)),
      ...(length > 1 && r.outcomes && mostFrequent(r.outcomes)),
    })),
    responses: statusesOf(summary.responses),
    errors: summary.errors.map(({ firstMs, lastMs, ...error }) => ({
      ...error,
      ...(firstMs !== undefined && { first: formatMicroseconds(msToUs(firstMs)) }),
      ...(lastMs !== undefined && { last: formatMicroseconds(msToUs(lastMs)) }),
    })),
    ...(summary.unexpected.length > 0 && { unexpected: summary.unexpected }),
    ...(summary.redirects > 0 && { redirects: summary.redirects }),
    ...(summary.messages > 0 && { messages: summary.messages }),
    ...mostUsed(summary),
    ...(summary.traces && {
      traces: summary.traces.map(({ responseTimeUs, endedAtMs: _, ...trace }) => ({
        ...trace,
        responseTime: formatMicroseconds(responseTimeUs),
      })),
    }),
    thresholds: verdict.thresholds.map(
      ({ violation: _, abort: __, after: ___, note: ____, withoutGenerator: _____, uncertainty, ...result }) => ({
        ...known(result),
        ...(uncertainty && { inconclusive: uncertainty.text }),
      }),
    ),
    ...(verdict.comparison && { comparison: verdict.comparison }),
    ...(figures.generator && { generator: { ...formatGenerator(figures.generator), transport: summary.transport } }),
  };
}

type ThresholdStatus = NonNullable<LoadTestStatus['thresholds']>[number];

/** A threshold without a field that its status lacks, which is a type error: the API server would refuse the whole status, again and again. */
function known<T extends { [K in keyof T]: K extends keyof ThresholdStatus ? unknown : never }>(threshold: T): T {
  return threshold;
}

/** A rate that falls short of its target, by more than the fraction of an arrival, is not shown as the target. */
function formatRate({ target, achieved, seconds }: Summary['rate']): NonNullable<LoadTestStatus['rate']> {
  if (target === undefined) return { achieved: formatNumber(achieved) };
  const isShort = (target - achieved) * seconds > 0.5;
  if (!isShort) return { target: formatNumber(target), achieved: formatNumber(achieved) };
  return { target: formatNumber(target, [achieved]), achieved: formatNumber(achieved, [target]) };
}

function formatGenerator(generator: GeneratorFigures): NonNullable<LoadTestStatus['generator']> {
  const { saturated, pacingLagP99Us, cpu, throttled, gcPauseMaxUs, gcShare } = generator;
  return {
    saturated,
    ...(pacingLagP99Us !== undefined && { pacingLagP99: formatMicroseconds(pacingLagP99Us) }),
    cpu: formatShare(cpu),
    ...(throttled !== undefined && { throttled: formatShare(throttled) }),
    ...(gcPauseMaxUs !== undefined && { gcPauseMax: formatMicroseconds(gcPauseMaxUs) }),
    ...(gcShare !== undefined && { gcShare: formatShare(gcShare) }),
  };
}

/** Codes as the status has them: numbers, and for gRPC names. */
function statusesOf(responses: Outcomes['responses']): NonNullable<LoadTestStatus['responses']> {
  return responses.map(({ code, count }) => {
    const name = GRPC_STATUSES[Number(code)];
    return { status: Number(code), ...(name && { name }), count };
  });
}

function mostFrequent({ responses, errors }: Outcomes) {
  const often = responses.toSorted((a, b) => b.count - a.count).slice(0, MAX_OUTCOMES);
  return { responses: statusesOf(responses.filter((r) => often.includes(r))), errors: errors.slice(0, MAX_OUTCOMES) };
}

function formatTimesOf({ responseTimeUs, firstByteUs, serviceTimeUs }: Pick<ResultFigures, TimeFigure>) {
  return {
    ...(responseTimeUs && { responseTime: formatTimes(responseTimeUs) }),
    ...(firstByteUs && { firstByte: formatTimes(firstByteUs) }),
    ...(serviceTimeUs && { serviceTime: formatTimes(serviceTimeUs) }),
  };
}

function formatEvents(events: EventsOf<Histogram>) {
  const [first, between] = [events.first, events.between].map(timesUs);
  return {
    received: events.received,
    ...(first && { first: formatTimes(first) }),
    ...(between && { between: formatTimes(between) }),
  };
}

function formatConnections(connections: ConnectionsOf<Histogram>): NonNullable<LoadTestStatus['connections']> {
  const [dns, connect, tls] = [connections.dns, connections.connect, connections.tls].map(timesUs);
  return {
    opened: connections.opened,
    reused: reusedOf(connections),
    ...(dns && { dns: formatTimes(dns) }),
    ...(connect && { connect: formatTimes(connect) }),
    ...(tls && { tls: formatTimes(tls) }),
  };
}

export function formatTimes(times: TimesUs): Times {
  return recordOf(STATISTICS, (name) => formatMicroseconds(times[name]));
}
