import { usToMs } from '../../api/common/duration.ts';

import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { limitValue, UNITS, type Unit, unitOf } from '../../api/loadtest/metrics.ts';
import type { RequestResult, ResultNumbers, TimesMs } from '../../api/report/result.ts';
import { findCondition } from '../../api/status/conditions.ts';
import type { Times } from '../../api/status/fields/times.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { thresholdOutcome, verdictIn } from '../../api/status/verdict.ts';
import type { Summary } from '../measure/summary.ts';
import { metricRange } from '../metrics/metrics.ts';
import type { GeneratorFigures, TimesUs } from './figures.ts';
import { readTimes, statusFigures } from './status-figures.ts';

type RequestOfStatus = NonNullable<LoadTestStatus['requests']>[number];

/**
 * The figures of a final status as numbers. They have the digits of the status, so that the two never differ; `whole`, the measurement, adds
 * what a status does not have: the length of the load, and the rate of each request.
 */
export function resultNumbers(
  { requests: specified }: LoadTestSpec,
  status: LoadTestStatus,
  whole: Summary | undefined,
): ResultNumbers {
  const { rate, errorShare, responseTimeUs, firstByteUs, serviceTimeUs, generator } = statusFigures(status);
  const { counts, maxInFlight, requests = [], thresholds = [], conditions, capacity } = status;
  const rateOf = (name: string) => whole && metricRange('rate', whole, name)?.observed;
  return defined({
    verdict: verdictIn(findCondition(conditions, 'Passed')),
    loadSeconds: whole?.rate.seconds,
    targetPerSecond: rate?.target,
    achievedPerSecond: rate?.achieved,
    capacityPerSecond: capacity?.rate,
    capacityLowPerSecond: capacity?.low,
    capacityHighPerSecond: capacity?.high,
    counts,
    maxInFlight,
    errorShare,
    ...bytesOf(status),
    connections: status.connections && ofConnections(status.connections),
    responseTime: timesMs(responseTimeUs),
    firstByte: timesMs(firstByteUs),
    serviceTime: timesMs(serviceTimeUs),
    requests: requests.map((request) => ofRequest(request, specified, rateOf(request.name))),
    thresholds: thresholds.map(ofThreshold),
    generator: generator && ofGenerator(generator),
  });
}

function ofRequest(
  request: RequestOfStatus,
  specified: LoadTestSpec['requests'],
  responsesPerSecond: number | undefined,
): RequestResult {
  const { name, counts } = request;
  const { method, path } = sentTo(specified.find((r) => r.name === name));
  const { responseTimeUs, firstByteUs, serviceTimeUs } = statusFigures(request);
  return defined({
    ...{ name, method, path, responsesPerSecond, counts },
    ...bytesOf(request),
    events: request.events && ofEvents(request.events),
    responseTime: timesMs(responseTimeUs),
    firstByte: timesMs(firstByteUs),
    serviceTime: timesMs(serviceTimeUs),
  });
}

/** The method and path of HTTP. The spec of a gRPC call has neither: its `method` is the default of the schema, and what is sent is a POST. */
function sentTo(spec: Partial<LoadTestSpec['requests'][number]> = {}): { method: string; path?: string | undefined } {
  const { grpc, method = 'GET', path } = spec;
  return grpc === undefined ? { method, path } : { method: 'POST', path: `/${grpc.service}/${grpc.method}` };
}

function bytesOf({ bytes }: Pick<LoadTestStatus, 'bytes'>) {
  return { sentBytes: bytes?.sent, receivedBytes: bytes?.received };
}

function read(times: Times | undefined): TimesMs | undefined {
  return times && timesMs(readTimes(times));
}

function ofEvents({ received, first, between }: NonNullable<RequestOfStatus['events']>): RequestResult['events'] {
  return defined({ received, first: read(first), between: read(between) });
}

function ofConnections(connections: NonNullable<LoadTestStatus['connections']>): ResultNumbers['connections'] {
  const { opened, reused, dns, connect, tls } = connections;
  return defined({ opened, reused, dns: read(dns), connect: read(connect), tls: read(tls) });
}

/** The field of an observed value, and its value there, by the unit of the metric. */
const OBSERVED = {
  duration: (value) => ({ observedMs: usToMs(value) }),
  percent: (value) => ({ observedShare: value }),
  number: (value) => ({ observedPerSecond: value }),
} satisfies Record<Unit, (value: number) => object>;

function ofThreshold(
  threshold: NonNullable<LoadTestStatus['thresholds']>[number],
): ResultNumbers['thresholds'][number] {
  const { metric, request, observed } = threshold;
  const unit = unitOf(metric);
  const isNumber = observed !== undefined && UNITS[unit].pattern.test(observed);
  return defined({
    ...{ metric, request, outcome: thresholdOutcome(threshold) },
    ...(isNumber && OBSERVED[unit](limitValue(metric, observed))),
  });
}

function ofGenerator(generator: GeneratorFigures): ResultNumbers['generator'] {
  const { saturated, pacingLagP99Us, cpu, throttled, gcPauseMaxUs, gcShare } = generator;
  return defined({
    saturated,
    pacingLagP99Ms: pacingLagP99Us === undefined ? undefined : usToMs(pacingLagP99Us),
    cpuCores: cpu,
    throttledShare: throttled,
    gcPauseMaxMs: gcPauseMaxUs === undefined ? undefined : usToMs(gcPauseMaxUs),
    gcShare,
  });
}

function timesMs(times: TimesUs | undefined): TimesMs | undefined {
  if (times === undefined) return undefined;
  const { min, mean, p50, p90, p95, p99, p999, max } = times;
  return {
    minMs: usToMs(min),
    meanMs: usToMs(mean),
    p50Ms: usToMs(p50),
    p90Ms: usToMs(p90),
    p95Ms: usToMs(p95),
    p99Ms: usToMs(p99),
    p999Ms: usToMs(p999),
    maxMs: usToMs(max),
  };
}

/** An object without the fields that are undefined, as JSON has none. */
function defined<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
