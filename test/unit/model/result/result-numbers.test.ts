import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { resultSchema } from '../../../../api/report/result.ts';
import { summarise } from '../../../../model/measure/summary.ts';
import { resultNumbers } from '../../../../model/result/result-numbers.ts';
import { finished, passed, UNDECIDED } from '../../../support/results/report-fixture.ts';
import { snapshotOf } from '../../../support/results/summary.ts';

describe('the result as numbers', () => {
  const { spec, status = {} } = finished();
  const measured = summarise(spec, [{ ...snapshotOf('order', 500), elapsedMs: 5000 }]);
  const numbers = resultNumbers(spec, status, measured);

  it('has the figures of the status, in milliseconds, shares of one and per second', () => {
    assert.deepEqual(numbers.responseTime, {
      ...{ minMs: 0.212, meanMs: 9.1, p50Ms: 8.5, p90Ms: 21, p95Ms: 30, p99Ms: 88, p999Ms: 210, maxMs: 600 },
    });
    const { verdict, targetPerSecond, achievedPerSecond, errorShare, counts, maxInFlight } = numbers;
    assert.deepEqual(
      [verdict, targetPerSecond, achievedPerSecond, errorShare, counts?.done, maxInFlight],
      ['failed', 487.5, 483, 0.00393, 5830, 1200],
    );
    assert.deepEqual(numbers.generator, {
      ...{
        saturated: false,
        pacingLagP99Ms: 0.3,
        cpuCores: 0.41,
        throttledShare: 0.03,
        gcPauseMaxMs: 3.1,
        gcShare: 0.004,
      },
    });
  });

  it('has the method, the path and the rate of each request', () => {
    assert.deepEqual(
      numbers.requests.map((r) => [r.name, r.method, r.path, r.responsesPerSecond]),
      [
        ['order', 'GET', undefined, 100],
        ['items', 'GET', undefined, undefined],
      ],
    );
    assert.equal(numbers.loadSeconds, 5);
  });

  it('has the request of HTTP that makes a gRPC call', () => {
    const call = { ...spec.requests[0]!, grpc: { service: 'shop.v1.Orders', method: 'Place' } };
    const { requests } = resultNumbers({ ...spec, requests: [call] }, status, undefined);
    assert.deepEqual([requests[0]!.method, requests[0]!.path], ['POST', '/shop.v1.Orders/Place']);
  });

  it('has the outcome and the observed value of each threshold', () => {
    assert.deepEqual(numbers.thresholds, [
      { metric: 'responseTime.p99', outcome: 'holds', observedMs: 88 },
      { metric: 'errors', outcome: 'broken', observedShare: 0.0039 },
      { metric: 'rate', outcome: 'holds', observedPerSecond: 483 },
    ]);
    const { status: undecided = {} } = finished({ thresholds: [UNDECIDED] });
    assert.deepEqual(resultNumbers(spec, undecided, undefined).thresholds, [
      { metric: 'responseTime.p999', outcome: 'undecided', observedMs: 210 },
    ]);
  });

  it('of a test without load is its verdict', () => {
    const none = resultNumbers(spec, passed('Unknown', 'no load'), undefined);
    assert.deepEqual(none, { verdict: 'inconclusive', requests: [], thresholds: [] });
    assert.deepEqual(resultSchema.parse(none), none);
  });
});
