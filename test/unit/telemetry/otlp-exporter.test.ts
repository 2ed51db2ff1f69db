import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { loadTestSpecSchema } from '../../../api/loadtest/loadtest.ts';
import { summarise } from '../../../model/measure/summary.ts';
import { metricsUrl, otlpExporter } from '../../../telemetry/otlp-exporter.ts';
import { metricsOf } from '../../../telemetry/run-metrics.ts';
import { snapshotOf } from '../../support/results/summary.ts';

const URLS: [string, string][] = [
  ['http://collector:4318', 'http://collector:4318/v1/metrics'],
  ['http://collector:4318/', 'http://collector:4318/v1/metrics'],
  ['http://prometheus:9090/api/v1/otlp', 'http://prometheus:9090/api/v1/otlp/v1/metrics'],
  ['https://gateway/otlp/v1/metrics', 'https://gateway/otlp/v1/metrics'],
  ['https://gateway/otlp?tenant=a', 'https://gateway/otlp/v1/metrics?tenant=a'],
];

describe('the URL for metrics', () => {
  for (const [endpoint, url] of URLS) it(`of ${endpoint} is ${url}`, () => assert.equal(metricsUrl(endpoint), url));
});

const SPEC = {
  target: { url: 'http://a.test' },
  load: { type: 'Open', open: { stages: [{ duration: '1s', rate: 1 }] } },
  requests: [{ name: 'orders' }, { name: 'prices' }],
};

function streams(name: string, messages: number) {
  return { ...snapshotOf(name, 1).requests[0]!, messages };
}

const METRICS = metricsOf({
  run: { name: 'checkout', uid: 'u' },
  spec: loadTestSpecSchema.parse(SPEC),
  startMs: 0,
  nowMs: 1000,
  summary: summarise(loadTestSpecSchema.parse(SPEC), [
    { ...snapshotOf('', 0), requests: [streams('orders', 30), streams('prices', 10)], redirects: 3 },
  ]),
});

describe('the metrics of a run', () => {
  for (const [name, counts] of [
    ['loadtest.redirects', [3]],
    ['loadtest.messages', [30, 10]],
  ] as const)
    it(`have ${counts} as ${name}`, () => {
      const metric = METRICS.scopeMetrics[0]!.metrics.find(({ descriptor }) => descriptor.name === name);
      assert.deepEqual(
        metric?.dataPoints.map(({ value }) => value),
        counts,
      );
    });
});

/** Exports once to a server that responds with `statuses` in turn; returns the problem and the paths that were requested. */
async function exported(statuses: readonly number[], headers?: () => Promise<Record<string, string>>) {
  const requests: { path: string | undefined; token: unknown }[] = [];
  const server = createServer((request, response) => {
    request.resume();
    const status = statuses[requests.push({ path: request.url, token: request.headers['x-token'] }) - 1] ?? 200;
    response.writeHead(status, { location: '/elsewhere', 'retry-after': '0' }).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://user:secret@127.0.0.1:${(server.address() as AddressInfo).port}`;
  const exporter = otlpExporter({ endpoint, ...(headers && { headers }) });
  const problem = await exporter.export(METRICS);
  await exporter.close();
  server.close();
  return { problem, requests };
}

describe('an export', () => {
  it('arrives, with headers read for it', async () => {
    const { problem, requests } = await exported([200], async () => ({ 'x-token': 'abc' }));
    assert.deepEqual({ problem, requests }, { problem: undefined, requests: [{ path: '/v1/metrics', token: 'abc' }] });
  });
  it('is repeated when the endpoint is busy', async () => {
    const { problem, requests } = await exported([503, 200]);
    assert.deepEqual([problem, requests.length], [undefined, 2]);
  });
  it('is not repeated when the endpoint refuses it', async () => {
    const { problem, requests } = await exported([400]);
    assert.deepEqual([problem, requests.length], ['HTTP status 400', 1]);
  });
  it('follows no redirect', async () => {
    const { problem, requests } = await exported([307]);
    assert.deepEqual([problem, requests.length], ['HTTP status 307', 1]);
  });
});
