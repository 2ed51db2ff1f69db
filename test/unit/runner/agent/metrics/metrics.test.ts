import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { noCounts } from '../../../../../model/measure/counters.ts';
import { mergeSnapshots } from '../../../../../model/measure/merge-snapshots.ts';
import { PackedHistogram } from '../../../../../model/measure/packed-histogram.ts';
import type { Snapshot } from '../../../../../model/measure/snapshot.ts';
import { metricsEndpoint } from '../../../../../runner/agent/metrics/endpoint.ts';
import type { Scrape } from '../../../../../runner/agent/metrics/final-scrape.ts';
import { runnerMetrics } from '../../../../../runner/agent/metrics/metrics.ts';
import { textOf } from '../../../../../runner/agent/metrics/text-format.ts';
import { histogramOf } from '../../../../support/results/histograms.ts';

const LABELS = { loadtest_namespace: 'shop', loadtest: 'checkout', runner: '0' };

const packedOf = (...values: number[]) => PackedHistogram.of(histogramOf(values));

const newest: Snapshot = {
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
      bytes: { sent: 1000, received: 2500 },
      messages: 21,
      responseTime: packedOf(3000, 40_000),
      firstByte: packedOf(2400, 30_000),
      serviceTime: packedOf(2000, 4000),
      withoutGenerator: {
        responseTime: packedOf(2500, 4000),
        firstByte: packedOf(2000, 3500),
        serviceTime: packedOf(1500, 4000),
      },
    },
  ],
  responses: [{ code: '200', count: 7 }],
  errors: [{ kind: 'ConnectionReset', count: 1, example: '' }],
  connections: { ...{ opened: 4, written: 10 }, dns: packedOf(), connect: packedOf(300), tls: packedOf(2000, 6000) },
  pacingLag: packedOf(100),
  cpuMs: 250,
  eventLoopUtilization: 0.5,
  throttledMs: 120,
  gc: { count: 9, totalMs: 40, maxMs: 6 },
};

function labelled(own: string): string {
  return `{${own}${own && ','}loadtest_namespace="shop",loadtest="checkout",runner="0"}`;
}

test('before the load, metrics have families and no series of a request', async () => {
  const lines = (await runnerMetrics(LABELS, undefined)).split('\n');
  assert.deepEqual(
    lines.filter((line) => line.includes('{')),
    [
      'redirects_total',
      'requests_in_flight',
      'requests_pending',
      'connections_opened_total',
      'event_loop_utilization',
      'cpu_seconds_total',
      'throttled_seconds_total',
      'gc_seconds_total',
      'gc_pause_max_seconds',
    ].map((name) => `loadtest_runner_${name}${labelled('')} 0`),
  );
  assert.ok(lines.includes('# TYPE loadtest_runner_requests_made_total counter'));
});

test('metrics have the values of the newest snapshot', async () => {
  const text = await runnerMetrics(LABELS, newest);
  for (const line of [
    `loadtest_runner_requests_generated_total${labelled('request="get"')} 15`,
    `loadtest_runner_requests_made_total${labelled('request="get"')} 10`,
    `loadtest_runner_requests_dropped_total${labelled('request="get"')} 2`,
    `loadtest_runner_requests_failed_total${labelled('request="get"')} 1`,
    `loadtest_runner_requests_in_flight${labelled('')} 1`,
    `loadtest_runner_requests_pending${labelled('')} 3`,
    `loadtest_runner_errors_total${labelled('kind="ConnectionReset"')} 1`,
    `loadtest_runner_responses_total${labelled('status="200"')} 7`,
    `loadtest_runner_messages_total${labelled('request="get"')} 21`,
    `loadtest_runner_cpu_seconds_total${labelled('')} 0.25`,
    `loadtest_runner_throttled_seconds_total${labelled('')} 0.12`,
    `loadtest_runner_gc_seconds_total${labelled('')} 0.04`,
    `loadtest_runner_gc_pause_max_seconds${labelled('')} 0.006`,
    `loadtest_runner_response_time_seconds_bucket${labelled('request="get",le="0.005"')} 1`,
    `loadtest_runner_response_time_seconds_count${labelled('request="get"')} 2`,
    `loadtest_runner_sent_bytes_total${labelled('request="get"')} 1000`,
    `loadtest_runner_received_bytes_total${labelled('request="get"')} 2500`,
    `loadtest_runner_connections_opened_total${labelled('')} 4`,
    `loadtest_runner_tls_handshake_seconds_bucket${labelled('le="0.005"')} 1`,
    '# TYPE loadtest_runner_response_time_seconds histogram',
    `loadtest_runner_first_byte_seconds_bucket${labelled('request="get",le="0.0025"')} 1`,
    `loadtest_runner_first_byte_seconds_count${labelled('request="get"')} 2`,
  ]) {
    assert.ok(text.split('\n').includes(line), `${line}\nis not in\n${text}`);
  }
});

test('labels and help are escaped', async () => {
  const family = {
    name: 'x',
    type: 'gauge',
    help: 'a\\b\nc',
    labels: ['l'],
    series: [{ labels: { l: '"\\\n' }, value: 1 }],
  } as const;
  assert.equal(await textOf([family], {}), '# HELP x a\\\\b\\nc\n# TYPE x gauge\nx{l="\\"\\\\\\n"} 1\n');
});

test('a scrape merges the snapshots of the workers once', async () => {
  let merges = 0;
  const scrapes: Scrape[] = [];
  const endpoint = metricsEndpoint({
    labels: LABELS,
    bounds: () => undefined,
    newest: () => {
      merges++;
      return mergeSnapshots([newest, newest]);
    },
    isFinal: () => true,
    scraped: (scrape) => {
      scrapes.push(scrape);
    },
  });
  const server = createServer(endpoint).listen(0, '127.0.0.1');
  try {
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/metrics`);
    assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
    assert.match(await response.text(), /_requests_made_total\{request="get",[^}]*\} 20\n/);
    assert.equal((await fetch(`http://127.0.0.1:${port}/`)).status, 404);
    assert.deepEqual({ merges, scrapes }, { merges: 1, scrapes: [{ by: '127.0.0.1', isFinal: true }] });
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

test('OpenMetrics has exemplars of the traces, each in the bucket of its time', async () => {
  const traced = (traceId: string, responseTimeUs: number) => ({
    ...{ traceId, request: 'get', outcome: '200', responseTimeUs, endedAtMs: 1_700_000_000_500 },
  });
  const traces = { slowest: [traced('a'.repeat(32), 40_000)], unexpected: [traced('b'.repeat(32), 90_000_000)] };
  const lines = (await runnerMetrics(LABELS, { ...newest, traces }, undefined, 'OpenMetrics')).split('\n');
  const bucket = (le: string) => `loadtest_runner_response_time_seconds_bucket${labelled(`request="get",le="${le}"`)}`;
  for (const line of [
    `${bucket('0.025')} 1`,
    `${bucket('0.05')} 2 # {trace_id="${'a'.repeat(32)}"} 0.04 1700000000.5`,
    `${bucket('+Inf')} 2 # {trace_id="${'b'.repeat(32)}"} 90 1700000000.5`,
    '# TYPE loadtest_runner_requests_made counter',
    `loadtest_runner_requests_made_total${labelled('request="get"')} 10`,
  ])
    assert.ok(lines.includes(line), `${line}\nis not in\n${lines.join('\n')}`);
  assert.deepEqual(lines.slice(-2), ['# EOF', '']);
  const text = await runnerMetrics(LABELS, { ...newest, traces });
  assert.equal(text, await runnerMetrics(LABELS, newest));
});
