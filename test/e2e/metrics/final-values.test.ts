import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LABEL_TEST } from '../../../api/common/names.ts';
import { COUNTER_NAMES } from '../../../api/status/counters.ts';
import { counterOf } from '../../../charts/promql.ts';
import { until } from '../../cluster/system/wait.ts';
import { type EndedLoadTest, type Spec, useNamespace } from '../support/namespace.ts';
import { scalar } from '../support/prometheus.ts';

/** Tests in a row: some end before the discovery of their pods, and some after it. */
const TESTS = Number(process.env.LOADTEST_E2E_SHORT_TESTS ?? 4);
/** On a busy node. */
const ENDED_WITHIN_SECONDS = 120;
/** Two of the cluster's Prometheus' discoveries and a scrape, on a busy node; runners wait for 75 s. */
const SCRAPED_WITHIN_MS = 60_000;

describe('tests of five seconds, which end about when Prometheus discovers their pods', () => {
  const ns = useNamespace('final-values');
  const spec = (): Spec => ({
    target: { url: ns.url('/short') },
    requests: [{ name: 'good' }, { name: 'bad', path: '?status=503' }],
    load: { type: 'Open', open: { stages: [{ duration: '5s', rate: 40 }] } },
    runners: { replicas: 2 },
  });
  /** The last value that Prometheus has of a counter, summed over requests and runners. */
  const last = (prefix: 'loadtest' | 'loadtest_runner', counter: (typeof COUNTER_NAMES)[number], loadtest: string) => {
    const series = `${counterOf(counter, prefix)}{loadtest_namespace="${ns.name}", loadtest="${loadtest}"}`;
    return scalar(ns.environment, `sum(last_over_time(${series}[10m]))`);
  };

  it('have the counters of their status in Prometheus, summed over the scraped runners', async (t) => {
    const ended = new Map<string, EndedLoadTest>();
    for (let i = 0; i < TESTS; i++)
      ended.set(`short-${i}`, await ns.runToEnd(`short-${i}`, spec(), ENDED_WITHIN_SECONDS));
    const began = Date.now();
    await until(
      'the runners to end',
      async () => {
        const pods = await ns.list<{ status: { phase: string } }>('pods', LABEL_TEST);
        return pods.every(({ status }) => status.phase === 'Succeeded') || undefined;
      },
      { timeoutMs: SCRAPED_WITHIN_MS, intervalMs: 500 },
    );
    t.diagnostic(`the last runners ended ${((Date.now() - began) / 1e3).toFixed(1)} s after the last result`);
    for (const [name, { status }] of ended)
      for (const counter of COUNTER_NAMES)
        assert.equal(await last('loadtest_runner', counter, name), status.counts[counter], `${name}: ${counter}`);
  });

  it('have their result in Prometheus even when they are deleted at once', async () => {
    await ns.start('deleted', spec());
    const wait = [
      'wait',
      '--for=condition=Complete',
      'loadtest/deleted',
      `--timeout=${ENDED_WITHIN_SECONDS}s`,
      '-o',
      'json',
    ];
    const { status } = JSON.parse(await ns.kubectl(...wait)) as EndedLoadTest;
    await ns.kubectl('delete', 'loadtest', 'deleted');
    const complete = `last_over_time(loadtest_complete{loadtest_namespace="${ns.name}", loadtest="deleted"}[10m])`;
    await until('the scraped result', async () => (await scalar(ns.environment, complete)) === 1 || undefined, {
      timeoutMs: 30_000,
      intervalMs: 200,
    });
    for (const counter of COUNTER_NAMES)
      assert.equal(await last('loadtest', counter, 'deleted'), status.counts[counter], counter);
    // Runners wait for their first scrape for 75 s, but not where nobody wants it.
    await until(
      'its pods to be gone',
      async () => (await ns.list('pods', `${LABEL_TEST}=deleted`)).length === 0 || undefined,
      { timeoutMs: 30_000, intervalMs: 200 },
    );
  });
});
