import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { Registry } from 'prom-client';
import { Scrapers } from '../../../../model/lifecycle/scrapers.ts';
import { DeletedTests } from '../../../../operator/metrics/deleted-tests.ts';
import { figuresOfTest, observability } from '../../../../operator/metrics/endpoint.ts';
import { operatorMetrics } from '../../../../operator/metrics/operator-metrics.ts';
import { listen } from '../../../../operator/runtime/http.ts';
import { UpdateStore } from '../../../../operator/updates/update-store.ts';
import { at, resource } from '../../../support/operator/operator-fixtures.ts';

/** Enough text to fill the buffers of a connection. */
const TESTS = Array.from({ length: 5000 }, (_, i) => {
  const test = resource();
  return { ...test, metadata: { ...test.metadata, name: `checkout-${i}` } };
});

async function serve(tests = () => TESTS, scrapers = new Scrapers(60_000), deleted = new DeletedTests(scrapers)) {
  const registry = new Registry();
  operatorMetrics(registry, { depths: () => ({ loadtest: 3 }), isLeading: () => true });
  const updates = new UpdateStore();
  const of = { registry, tests, updates, scrapers, deleted, now: Date.now, isReady: () => true };
  return listen(0, observability(of));
}

const COMPLETE = {
  ...({ type: 'Complete', status: 'True', reason: 'Finished', message: '' } as const),
  lastTransitionTime: at(0),
};

test('a scrape has the metrics of the operator and of every LoadTest', async () => {
  const server = await serve();
  try {
    const response = await fetch(`http://127.0.0.1:${server.port}/metrics`);
    const lines = (await response.text()).split('\n');
    assert.equal(lines.filter((line) => line.startsWith('loadtest_running{')).length, TESTS.length);
    assert.ok(lines.includes('loadtest_operator_queue_depth{controller="loadtest"} 3'));
    assert.ok(lines.includes('loadtest_operator_leader 1'));
    assert.equal(lines.at(-1), '');
  } finally {
    await server.close();
  }
});

test('a LoadTest that is deleted after its end is in the next scrape of Prometheus, and in no further one', async () => {
  const scrapers = new Scrapers(60_000);
  const deleted = new DeletedTests(scrapers);
  const server = await serve(() => [], scrapers, deleted);
  const scrape = async (headers: Record<string, string> = {}) => {
    const text = await (await fetch(`http://127.0.0.1:${server.port}/metrics`, { headers })).text();
    return /^loadtest_complete\{.*\} (\d)$/m.exec(text)?.[1];
  };
  const prometheus = { 'X-Prometheus-Scrape-Timeout-Seconds': '10' };
  try {
    await scrape(prometheus);
    const test = resource({}, { conditions: [COMPLETE] });
    deleted.deleted(figuresOfTest(test, new UpdateStore()), Date.now());
    // A person who looks does not take it away.
    assert.deepEqual([await scrape(), await scrape(prometheus), await scrape(prometheus)], ['1', '1', undefined]);
    assert.equal(scrapers.expected(Date.now()).size, 1);
  } finally {
    await server.close();
  }
});

test('a scraper that hangs up amid the response does not keep the operator from ending', async () => {
  const scrapers = new Scrapers(60_000);
  const server = await serve(undefined, scrapers);
  const headers = { 'x-prometheus-scrape-timeout-seconds': '10' };
  await new Promise<void>((done) => {
    const scrape = request({ port: server.port, host: '127.0.0.1', path: '/metrics', headers }, (response) => {
      response.once('data', () => scrape.destroy());
    });
    scrape.on('error', () => {});
    scrape.on('close', done);
    scrape.end();
  });
  await server.close();
  assert.ok(scrapers.isEmpty, 'it has not scraped');
});
