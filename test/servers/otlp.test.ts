import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { COUNTER_NAMES, counterMetric } from '../../api/status/counters.ts';
import { metricsEndpoint } from '../../runner/agent/metrics/endpoint.ts';
import { PUSHED_METRICS, prometheusName } from '../../telemetry/pushed-metrics.ts';
import { binaries } from '../cluster/build/binaries.ts';
import { until } from '../cluster/system/wait.ts';
import { snapshot } from '../support/operator/operator-fixtures.ts';

const ROOT = join(import.meta.dirname, '../..');

const SPEC = {
  apiVersion: 'loadtest.dev/v1alpha1',
  kind: 'LoadTest',
  metadata: { name: 'checkout' },
  spec: {
    target: { url: '' },
    requests: [
      { name: 'order', path: '/order', weight: 3 },
      { name: 'missing', path: '/missing' },
    ],
    load: { type: 'Open', open: { stages: [{ duration: '3s', rate: 200 }] } },
    thresholds: [
      { metric: 'unexpected', max: '90%' },
      { metric: 'responseTime.p99', request: 'order', max: '10s' },
      { metric: 'rate', min: '1' },
    ],
    release: 'v42',
  },
};

type Result = {
  result: { responseTime: Record<string, number>; counts: Record<string, number> } & Record<string, unknown>;
};
type Series = { metric: Record<string, string>; value: [number, string] };

const folder = mkdtempSync(join(tmpdir(), 'otlp-'));
let target: Server;
let runner: Server;
let prometheus: ReturnType<typeof spawn>;
let url: string;

/** The value of a query now, by the values of a label. */
async function query(promql: string, label: string): Promise<Record<string, number>> {
  const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(promql)}`);
  const { data } = (await response.json()) as { data: { result: Series[] } };
  return Object.fromEntries(data.result.map(({ metric, value }) => [metric[label] ?? '', Number(value[1])]));
}

async function loadtest(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['cli/main.ts', 'run', ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, out, err };
}

before(async () => {
  // Response times over several octaves, so that a percentile of a wrong bucket shows. Each percentile lies within many of about the same time:
  // Prometheus interpolates between two samples, which must not be far apart.
  let requests = 0;
  target = createServer((request, response) => {
    const turn = requests++ % 20;
    const delayMs = turn < 14 ? 10 : turn < 19 ? 40 : 100;
    setTimeout(() => response.writeHead(request.url === '/order' ? 200 : 404).end('{}'), delayMs);
  }).listen(0, '127.0.0.1');
  await once(target, 'listening');
  SPEC.spec.target.url = `http://127.0.0.1:${(target.address() as AddressInfo).port}`;
  writeFileSync(join(folder, 'test.json'), JSON.stringify(SPEC));
  runner = createServer(
    metricsEndpoint({
      labels: { loadtest_namespace: 'shop', loadtest: 'scraped', runner: '0' },
      newest: () => snapshot(1000, 40),
      bounds: () => undefined,
      isFinal: () => true,
      scraped: () => {},
    }),
  ).listen(0, '127.0.0.1');
  await once(runner, 'listening');
  writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(configOf((runner.address() as AddressInfo).port)));
  const program = join(await binaries('prometheus', () => {}), 'prometheus');
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const flags = ['--config.file=prometheus.yml', '--storage.tsdb.path=data', `--web.listen-address=127.0.0.1:${port}`];
  prometheus = spawn(program, [...flags, '--web.enable-otlp-receiver'], { cwd: folder, stdio: 'ignore' });
  await until('Prometheus to be ready', async () => (await fetch(`${url}/-/ready`)).ok || undefined, {
    timeoutMs: 30_000,
  });
});

after(async () => {
  target.close();
  runner.close();
  prometheus.kill();
  await once(prometheus, 'close');
  rmSync(folder, { recursive: true });
});

/** Scrapes a runner each second, as a PodMonitor of the chart with convertClassicHistogramsToNHCB has it done. */
function configOf(port: number) {
  return {
    scrape_configs: [
      {
        ...{ job_name: 'runners', scrape_interval: '1s', scrape_timeout: '1s' },
        ...{ convert_classic_histograms_to_nhcb: true, always_scrape_classic_histograms: true },
        static_configs: [{ targets: [`127.0.0.1:${port}`] }],
      },
    ],
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('a local run with --otlp into a real Prometheus', () => {
  let json: Result;
  before(async () => {
    const { code, out, err } = await loadtest([
      '--json',
      '-',
      '--quiet',
      '--otlp',
      `${url}/api/v1/otlp`,
      join(folder, 'test.json'),
    ]);
    assert.ok(code === 0 || code === 2, err);
    assert.equal(err, '');
    json = JSON.parse(out);
  });

  it('has the counters of the result', async () => {
    for (const name of COUNTER_NAMES) {
      const series = await query(`sum(loadtest_requests_${counterMetric(name)}_total{loadtest="checkout"})`, '');
      assert.equal(series[''], json.result.counts[name], name);
    }
    const responses = await query('loadtest_responses_total{loadtest="checkout"}', 'status');
    assert.equal(responses['200']! + responses['404']!, json.result.counts.done);
  });

  it('has the percentiles of the result within a bucket', async () => {
    const count = await query('sum(histogram_count(loadtest_response_time_seconds))', '');
    assert.equal(count[''], json.result.counts.made);
    const { minMs, maxMs } = json.result.responseTime;
    // Eight octaves fit into the buckets of scale 8, and each scale below it has room for twice as many.
    const scale = 8 - Math.max(0, Math.ceil(Math.log2(Math.log2(maxMs! / minMs!) / 7.9)));
    for (const [name, share] of [
      ['p50', 0.5],
      ['p90', 0.9],
      ['p99', 0.99],
    ] as const) {
      const ours = json.result.responseTime[`${name}Ms`]! / 1e3;
      const theirs = (await query(`histogram_quantile(${share}, sum(loadtest_response_time_seconds))`, ''))['']!;
      // Its own bucket, or the next one, in which the middle of ours may lie; ours is rounded to three digits.
      const octaves = 2 / 2 ** scale + Math.log2(1.005);
      assert.ok(Math.abs(Math.log2(theirs / ours)) <= octaves, `${name}: ${theirs} s for ${ours} s`);
    }
  });

  it('has its release, and the limits and values of its thresholds', async () => {
    assert.deepEqual(await query('loadtest_info{loadtest="checkout", type="Open"}', 'release'), { v42: 1 });
    assert.deepEqual(await query('loadtest_threshold_limit_ratio{bound="max"}', 'metric'), { unexpected: 0.9 });
    assert.deepEqual(await query('loadtest_threshold_limit_seconds', 'request'), { order: 10 });
    assert.deepEqual(await query('loadtest_threshold_limit_rate{bound="min"}', 'metric'), { rate: 1 });
    assert.deepEqual(await query('loadtest_threshold_observed_ratio', 'metric'), { unexpected: 0.25 });
    const [observed = 0] = Object.values(await query('loadtest_threshold_observed_seconds', 'metric'));
    assert.ok(Math.abs(observed - json.result.responseTime.p99Ms! / 1e3) < 0.1, `${observed} s`);
    const all = { unexpected: 1, 'responseTime.p99': 1, rate: 1 };
    assert.deepEqual(await query('loadtest_threshold_passed', 'metric'), all);
  });

  it('has every metric of the table by the name that the table gives', async () => {
    // Without an error, a lost runner or a search there is none of these.
    const absent = ['loadtest.errors', 'loadtest.capacity_rate'];
    for (const metric of PUSHED_METRICS) {
      const found = await query(`count({__name__="${prometheusName(metric)}", job="loadtest"})`, '');
      assert.equal(Object.keys(found).length, absent.includes(metric.name) ? 0 : 1, metric.name);
    }
  });

  it('has the verdict, and a resource by the semantic conventions', async () => {
    assert.equal(Object.values(await query('loadtest_running', 'loadtest'))[0], 0);
    const info = await query('target_info{job="loadtest"}', 'service_version');
    assert.equal(Object.values(info).length, 1);
  });
});

describe('a scrape of a runner that converts histograms', () => {
  const time = 'loadtest_runner_response_time_seconds';
  const of = '{loadtest="scraped"}';

  it('has native ones with the counts and percentiles of the classic ones, which stay', async () => {
    const count = async () => (await query(`sum(histogram_count(${time}${of}))`, ''))[''];
    await until('a scrape', async () => (await count()) === 1000 || undefined, { timeoutMs: 15_000 });
    assert.equal((await query(`sum(${time}_count${of})`, ''))[''], 1000);
    for (const share of [0.5, 0.99]) {
      const native = (await query(`histogram_quantile(${share}, sum(${time}${of}))`, ''))[''];
      assert.equal(native, (await query(`histogram_quantile(${share}, sum by (le) (${time}_bucket${of}))`, ''))['']);
    }
  });
});

describe('a local run whose endpoint is not there', () => {
  it('ends with its own verdict, and reports the endpoint once', async () => {
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}`,
      OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
    };
    const run = await loadtest(
      ['--json', '-', '--quiet', join(folder, 'test.json'), '--set', 'load.open.stages[0].duration=1s'],
      env,
    );
    assert.ok(run.code === 0 || run.code === 2, run.err);
    assert.equal((JSON.parse(run.out) as Result).result.counts.made, 200);
    assert.match(run.err, /^the metrics did not reach the OTLP endpoint: [^\n]+\n$/);
  });
});
