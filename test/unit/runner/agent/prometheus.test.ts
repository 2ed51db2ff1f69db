import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Snapshot } from '../../../../api/protocol/protocol.ts';
import { noCounts } from '../../../../model/measure/counters.ts';
import { Histogram } from '../../../../model/measure/histogram.ts';
import { encodeHistogram } from '../../../../model/measure/histogram-encoding.ts';
import { FinalScrape } from '../../../../runner/agent/final-scrape.ts';
import { runnerMetrics } from '../../../../runner/agent/prometheus.ts';
import { BOUNDS, classicHistogram } from '../../../../runner/agent/prometheus-buckets.ts';

const LABELS = { loadtest_namespace: 'shop', loadtest: 'checkout', runner: '0' };

function histogramOf(...values: number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

test('a classic histogram counts every value at or below its bounds', () => {
  const { cumulative, count, sum } = classicHistogram(histogramOf(400, 600, 90_000, 2_000_000, 99_000_000));
  const at = (bound: number) => cumulative[([...BOUNDS] as number[]).indexOf(bound)];
  assert.deepEqual([at(0.0005), at(0.001), at(0.1), at(1), at(2.5), at(30), count], [1, 2, 3, 3, 4, 4, 5]);
  assert.ok(Math.abs(sum - 101.091) < 0.1);
});

test('metrics are what the newest snapshot says', async () => {
  let newest: Snapshot | undefined;
  const registry = runnerMetrics(LABELS, () => newest);
  assert.doesNotMatch(await registry.metrics(), /made_total\{/);
  newest = {
    elapsedMs: 1000,
    requests: [
      {
        name: 'get',
        counts: {
          ...noCounts(),
          generated: 15,
          made: 10,
          dropped: 2,
          done: 7,
          timeout: 1,
          failed: 1,
          inFlight: 1,
          pending: 3,
        },
        responseTime: encodeHistogram(histogramOf(3000, 40_000)),
        serviceTime: encodeHistogram(histogramOf(2000, 4000)),
      },
    ],
    responses: [{ status: 200, count: 7 }],
    errors: [{ kind: 'ConnectionReset', count: 1, example: '' }],
    pacingLag: encodeHistogram(histogramOf(100)),
    cpuMs: 250,
    eventLoopUtilization: 0.5,
    throttledMs: 120,
    gc: { count: 9, totalMs: 40, maxMs: 6 },
  };
  for (let scrape = 0; scrape < 2; scrape++) {
    const text = await registry.metrics();
    const labels = (own: string) => `{${own}${own && ','}loadtest_namespace="shop",loadtest="checkout",runner="0"}`;
    for (const line of [
      `loadtest_runner_requests_generated_total${labels('request="get"')} 15`,
      `loadtest_runner_requests_made_total${labels('request="get"')} 10`,
      `loadtest_runner_requests_dropped_total${labels('request="get"')} 2`,
      `loadtest_runner_requests_in_flight${labels('')} 1`,
      `loadtest_runner_requests_pending${labels('')} 3`,
      `loadtest_runner_errors_total${labels('kind="ConnectionReset"')} 1`,
      `loadtest_runner_responses_total${labels('status="200"')} 7`,
      `loadtest_runner_cpu_seconds_total${labels('')} 0.25`,
      `loadtest_runner_throttled_seconds_total${labels('')} 0.12`,
      `loadtest_runner_gc_seconds_total${labels('')} 0.04`,
      `loadtest_runner_gc_pause_max_seconds${labels('')} 0.006`,
      `loadtest_runner_response_time_seconds_bucket${labels('request="get",le="0.005"')} 1`,
      `loadtest_runner_response_time_seconds_count${labels('request="get"')} 2`,
      '# TYPE loadtest_runner_response_time_seconds histogram',
    ]) {
      assert.ok(text.split('\n').includes(line), `${line}\nis not in\n${text}`);
    }
  }
});

test('a runner that nobody scrapes waits for nobody, one that is scraped for about two intervals', () => {
  const scrapes = new FinalScrape();
  assert.equal(scrapes.patienceMs, 0);
  scrapes.scraped(10_000);
  assert.equal(scrapes.patienceMs, 60_000);
  scrapes.scraped(25_000);
  assert.equal(scrapes.patienceMs, 31_000);
});

test('the next scrape ends the wait', async () => {
  const scrapes = new FinalScrape();
  scrapes.scraped(0);
  let waited = false;
  const waiting = scrapes.next().then(() => {
    waited = true;
  });
  await new Promise((turn) => setImmediate(turn));
  assert.equal(waited, false);
  scrapes.scraped(1000);
  await waiting;
  assert.equal(waited, true);
});
