import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { microseconds } from '../../api/common/duration.ts';
import { LABEL_COMPLETION_INDEX, LABEL_TEST } from '../../api/common/names.ts';
import { until } from '../cluster/system/wait.ts';
import { type EndedLoadTest, useNamespace } from './support/namespace.ts';
import { scalar, series } from './support/prometheus.ts';
import { expectedTimes, parseSamples, type Sample } from './support/samples.ts';
import { LOGIN } from './support/target-objects.ts';
import { assertNotFailed } from './support/verdict.ts';

const RUNNERS = 3;
const ARRIVALS = 3000;
const BODY = { sku: 'a1', qty: 2, note: 'grüezi' };

describe('the result of a LoadTest', () => {
  let test: EndedLoadTest;
  let samples: Sample[];

  const ns = useNamespace('result', {
    prepare: async (ns) => {
      test = await ns.runToEnd('orders', {
        target: {
          url: ns.url('/private'),
          timeout: '20s',
          auth: { type: 'Basic', basic: { secretRef: { name: LOGIN.secret } } },
        },
        requests: [{ name: 'create', method: 'POST', path: '/orders', body: { type: 'JSON', json: BODY } }],
        load: { type: 'Open', open: { stages: [{ duration: '10s', rate: 300 }] } },
        thresholds: [{ metric: 'errors', max: '0%' }],
        runners: { replicas: RUNNERS, logSamples: true },
      });
      const names = (await ns.list<{ metadata: { name: string } }>('pods', `${LABEL_TEST}=orders`)).map(
        (pod) => pod.metadata.name,
      );
      const logs = await Promise.all(names.map((name) => ns.kubectl('logs', name)));
      samples = logs.flatMap(parseSamples);
    },
  });

  it('counts every arrival of the schedule', () => {
    const { generated, made, done, dropped } = test.status.counts;
    assert.deepEqual(
      { generated, made, done, dropped },
      { generated: ARRIVALS, made: ARRIVALS, done: ARRIVALS, dropped: 0 },
    );
  });

  it('satisfies the identities of the counters', () => {
    const { generated, made, dropped, done, timeout, failed, aborted } = test.status.counts;
    assert.equal(generated, made + dropped);
    assert.equal(made, done + timeout + failed + aborted);
  });

  it('has exactly the requests that the target received, with the login and the body of the spec', async () => {
    const received = await ns.received('/private/orders');
    assert.ok(received);
    assert.equal(received.total, test.status.counts.made);
    assert.deepEqual(received.methods, { POST: ARRIVALS });
    assert.deepEqual(received.statuses, { 200: ARRIVALS });
    assert.deepEqual(received.contentTypes, { 'application/json': ARRIVALS });
    // The API server reorders the keys of objects.
    assert.deepEqual(
      Object.keys(received.bodies).map((body) => JSON.parse(body)),
      [BODY],
    );
    assert.equal(Object.keys(received.clients).length, RUNNERS, 'every runner sent requests');
  });

  it('has each arrival of the schedule once, in equal shares', async () => {
    assert.deepEqual(
      samples.map((s) => s.arrival).sort((a, b) => a - b),
      Array.from({ length: ARRIVALS }, (_, index) => index),
    );
    const pods = await ns.list<{ metadata: { labels: Record<string, string> } }>('pods', `${LABEL_TEST}=orders`);
    assert.deepEqual(pods.map((pod) => pod.metadata.labels[LABEL_COMPLETION_INDEX]).sort(), ['0', '1', '2']);
  });

  it('has the percentiles of all logged requests', () => {
    const measured = samples.filter((s) => s.outcome === 'done' || s.outcome === 'timeout');
    assert.equal(measured.length, ARRIVALS);
    assert.deepEqual(test.status.responseTime, expectedTimes(measured.map((s) => s.done - s.intended)));
    assert.deepEqual(test.status.serviceTime, expectedTimes(measured.map((s) => s.done - s.sent)));
  });

  it('has the responses by status and the achieved rate', () => {
    const { responses, errors, rate, errorShare, runners } = test.status;
    assert.deepEqual(responses, [{ status: 200, count: ARRIVALS }]);
    assert.deepEqual(errors ?? [], []);
    assert.equal(rate?.target, '300');
    // The responses to the last arrivals arrive after the end of the load.
    const achieved = Number(rate?.achieved);
    assert.ok(achieved > 285 && achieved <= 300, rate?.achieved);
    assert.equal(errorShare, '0%');
    assert.deepEqual(runners, { desired: RUNNERS, ready: RUNNERS, succeeded: RUNNERS, lost: 0 });
  });

  it('lets kubectl wait for the verdict', async () => {
    const { status } = assertNotFailed(test);
    const output = await ns.kubectl('wait', `--for=condition=Passed=${status}`, 'loadtest/orders', '--timeout=5s');
    assert.match(output, /condition met/);
  });

  it('is one readable line in kubectl get', async () => {
    const [head = '', line = ''] = (await ns.kubectl('get', 'loadtest', 'orders')).split('\n');
    for (const column of ['NAME', 'RUNNERS', 'RATE', 'P99', 'ERRORS', 'PASSED', 'AGE'])
      assert.ok(head.includes(column), column);
    const { status } = assertNotFailed(test);
    assert.match(line, new RegExp(`^orders .* ${status} `));
  });

  describe('and the runner metrics in Prometheus', () => {
    const of = (metric: string) => `${metric}{loadtest_namespace="${ns.name}", loadtest="orders"}`;
    const last = (metric: string) => `sum(last_over_time(${of(metric)}[10m]))`;

    // A scraped runner waits for one more scrape at its end.
    before(() => ns.kubectl('wait', '--for=condition=Complete', 'job', '-l', `${LABEL_TEST}=orders`, '--timeout=30s'));

    it('agree on every counter', async () => {
      const { counts } = test.status;
      for (const name of [
        'generated',
        'made',
        'done',
        'timeout',
        'failed',
        'dropped',
        'aborted',
        'unexpected',
      ] as const) {
        assert.equal(await scalar(ns.environment, last(`loadtest_runner_requests_${name}_total`)), counts[name], name);
      }
      const responses = await scalar(ns.environment, last('loadtest_runner_responses_total'));
      assert.equal(responses, counts.done);
    });

    it('agree on the 99th percentile within the buckets of Prometheus', async () => {
      const p99 = microseconds(test.status.responseTime?.p99 ?? '') / 1e6;
      const now = new Date();
      const buckets = await series(
        ns.environment,
        `sum by (le) (last_over_time(${of('loadtest_runner_response_time_seconds_bucket')}[10m]))`,
        { from: now, to: now },
      );
      const cumulative = buckets
        .map(({ metric, values }) => ({
          le: Number(metric.le === '+Inf' ? Infinity : metric.le),
          count: Number(values[0]?.[1]),
        }))
        .sort((a, b) => a.le - b.le);
      const holding = cumulative.findIndex(({ count }) => count >= 0.99 * ARRIVALS);
      assert.ok(holding >= 0, JSON.stringify(cumulative));
      const lowest = cumulative[holding - 1]?.le ?? 0;
      // The status has three significant digits, which may round it to just outside of its bucket.
      assert.ok(
        p99 >= lowest * 0.999 && p99 <= (cumulative[holding]?.le ?? 0) * 1.001,
        `${p99} in (${lowest}, ${cumulative[holding]?.le}]`,
      );
    });

    it('agree with the operator metrics of the whole test', async () => {
      await until('the scraped result', () => scalar(ns.environment, `${of('loadtest_complete')} == 1`), {
        timeoutMs: 10_000,
        intervalMs: 200,
      });
      assert.equal(await scalar(ns.environment, of('loadtest_requests_done_total')), ARRIVALS);
    });
  });
});
