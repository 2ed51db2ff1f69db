import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  formatMetric,
  limitValue,
  METRIC_DESCRIPTION,
  METRIC_MESSAGE,
  METRIC_PATTERN,
  METRICS,
  type MetricKind,
  parseMetric,
  UNITS,
  type Unit,
  unitOf,
  unitPattern,
} from '../../../api/loadtest/metrics.ts';
import { ERROR_KINDS } from '../../../api/status/error-kinds.ts';

const KINDS = Object.keys(METRICS) as MetricKind[];
const EXAMPLES = KINDS.flatMap((kind): string[] => [...METRICS[kind].examples]);

/** Metrics of each unit, which the schema accepts. */
const accepted: Record<Unit, string[]> = {
  duration: ['responseTime', 'firstByte', 'serviceTime'].flatMap((kind) =>
    ['min', 'mean', 'max', 'p1', 'p5', 'p10', 'p50', 'p99', 'p995', 'p999', 'p9999', 'p99999'].map(
      (statistic) => `${kind}.${statistic}`,
    ),
  ),
  percent: [
    ...['errors', 'timeout', 'failed', 'dropped', 'unexpected', 'status.1xx', 'status.5xx', 'status.503'],
    ...ERROR_KINDS.map((kind) => `errors.${kind}`),
  ],
  number: ['rate'],
};

for (const [unit, metrics] of Object.entries(accepted) as [Unit, string[]][]) {
  for (const metric of metrics) {
    test(`the unit of the metric ${metric} is ${unit}`, () => {
      assert.match(metric, METRIC_PATTERN);
      assert.equal(unitOf(metric), unit);
      const matching = (Object.keys(UNITS) as Unit[]).filter((other) => unitPattern(other).test(metric));
      assert.deepEqual(matching, [unit], 'exactly one rule of the CRD checks its limits');
    });
  }
}

const refused: [reason: string, metrics: string[]][] = [
  ['an unknown kind', ['latency', 'latency.p99', '']],
  ['a time without a statistic', ['responseTime', 'firstByte', 'serviceTime', 'responseTime.']],
  ['a percentile out of range', ['responseTime.p0', 'responseTime.p05', 'responseTime.p012', 'serviceTime.p999999']],
  [
    'the 100th percentile, and decimals that end in 0',
    ['p100', 'p1000', 'p10000', 'p900', 'p990', 'p9990'].flatMap((p) => [`responseTime.${p}`, `serviceTime.${p}`]),
  ],
  ['a detail of a metric without details', ['rate.p99', 'timeout.p99', 'dropped.Other']],
  ['an unknown kind of error', ['errors.', 'errors.ConnectionRefuse', 'errors.connectionRefused']],
  ['a status out of range', ['status', 'status.6xx', 'status.5', 'status.5x', 'status.5000']],
  ['a counter that is not an error', ['generated', 'made', 'done', 'aborted', 'inFlight']],
  ['text around a metric', [' rate', 'rate ', 'xrate', 'rated', 'rate\n']],
];
for (const [reason, metrics] of refused)
  test(`the schema refuses ${reason}`, () => {
    for (const metric of metrics) assert.doesNotMatch(metric, METRIC_PATTERN);
  });

test('each kind has examples that are metrics of this kind', () => {
  for (const kind of KINDS) {
    assert.notEqual(METRICS[kind].examples.length, 0);
    for (const example of METRICS[kind].examples) {
      assert.match(example, METRIC_PATTERN);
      assert.equal(parseMetric(example).kind, kind);
    }
  }
});

test('the message names what is meant by p100', () => assert.match(METRIC_MESSAGE, /instead of p100 use max/));

test('the message and the description name every example', () => {
  for (const example of EXAMPLES) {
    assert.ok(METRIC_MESSAGE.includes(example), example);
    assert.ok(METRIC_DESCRIPTION.includes(example), example);
  }
  assert.match(METRIC_DESCRIPTION, / timeout, failed, dropped, unexpected: a share of the arrivals that ended\. /);
});

const limits: [metric: string, limit: string, value: number, text: string][] = [
  ['responseTime.p99', '250ms', 250_000, '250ms'],
  ['serviceTime.mean', '1m30s', 90_000_000, '90s'],
  ['errors.ConnectionReset', '0.5%', 0.005, '0.5%'],
  ['status.2xx', '99%', 0.99, '99%'],
  ['rate', '480.5', 480.5, '480.5'],
];
for (const [metric, limit, value, text] of limits)
  test(`a limit of ${limit} for ${metric} parses as ${value} and is shown as ${text}`, () => {
    assert.equal(limitValue(metric, limit), value);
    assert.equal(formatMetric(metric, value), text);
  });
