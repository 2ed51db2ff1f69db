import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { Registry } from 'prom-client';
import { observability } from '../../../../operator/metrics/endpoint.ts';
import { operatorMetrics } from '../../../../operator/metrics/operator-metrics.ts';
import { listen } from '../../../../operator/runtime/http.ts';
import { UpdateStore } from '../../../../operator/updates/update-store.ts';
import { resource } from '../../../support/operator/operator-fixtures.ts';

/** Enough text to fill the buffers of a connection. */
const TESTS = Array.from({ length: 5000 }, (_, i) => {
  const test = resource();
  return { ...test, metadata: { ...test.metadata, name: `checkout-${i}` } };
});

async function serve() {
  const registry = new Registry();
  operatorMetrics(registry, { depths: () => ({ loadtest: 3 }), isLeading: () => true });
  return listen(0, observability({ registry, tests: () => TESTS, updates: new UpdateStore(), isReady: () => true }));
}

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

test('a scraper that hangs up amid the response does not keep the operator from ending', async () => {
  const server = await serve();
  await new Promise<void>((done) => {
    const scrape = request({ port: server.port, host: '127.0.0.1', path: '/metrics' }, (response) => {
      response.once('data', () => scrape.destroy());
    });
    scrape.on('error', () => {});
    scrape.on('close', done);
    scrape.end();
  });
  await server.close();
});
