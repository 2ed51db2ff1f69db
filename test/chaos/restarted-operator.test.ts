import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { until } from '../cluster/system/wait.ts';
import { RELEASE } from '../e2e/support/environment.ts';
import { useNamespace } from '../e2e/support/namespace.ts';
import { scalar } from '../e2e/support/prometheus.ts';
import { assertWhole, RUNNERS, untilSent } from './result.ts';

/** Maximum time until Prometheus has scraped a change: it discovers a pod after five seconds, and later on a busy node. */
const SCRAPED_WITHIN_MS = 60_000;
const OPERATORS = 'app.kubernetes.io/component=operator';

describe('the operator', () => {
  const ns = useNamespace('restarted', { operator: [] });

  it('loses nothing of the result when its pod is deleted under load', async () => {
    await ns.start('survives', {
      target: { url: ns.url('/survives') },
      load: { type: 'Open', open: { stages: [{ duration: '10s', rate: 60 }] } },
      thresholds: [{ metric: 'errors', max: '0%' }],
      runners: { replicas: RUNNERS },
    });
    await untilSent(ns, 'survives', 60);
    await ns.kubectl('delete', 'pod', '--selector', OPERATORS, '--grace-period=0', '--force');
    const test = await ns.waitFor('survives', 'Complete', 60);
    await assertWhole(ns, 'survives', test, 600);
    assert.deepEqual(test.status.runners, { desired: RUNNERS, ready: RUNNERS, succeeded: RUNNERS, lost: 0 });
  });

  it('keeps the totals of a finished test in its metrics until the test is deleted', async () => {
    const of = `{loadtest_namespace="${ns.name}", loadtest="kept"}`;
    const { status } = await ns.runToEnd('kept', {
      target: { url: ns.url('/kept') },
      load: { type: 'Closed', closed: { users: 2, iterations: 40 } },
    });
    // An instant query, for the operator's current value.
    const total = () => scalar(ns.environment, `sum(loadtest_requests_done_total${of})`);
    await until('the scraped totals', async () => (await total()) === status.counts.done || undefined, {
      timeoutMs: SCRAPED_WITHIN_MS,
      intervalMs: 200,
    });
    const deployment = `deployment/${RELEASE}`;
    await ns.kubectl('rollout', 'restart', deployment);
    await ns.kubectl('rollout', 'status', deployment, '--timeout=60s');
    await until(
      'the same totals from the next operator',
      async () => {
        const fresh = await scalar(ns.environment, `count(loadtest_requests_done_total${of}) == 1`);
        return (fresh === 1 && (await total()) === status.counts.done) || undefined;
      },
      { timeoutMs: SCRAPED_WITHIN_MS, intervalMs: 200 },
    );
    await ns.kubectl('delete', 'loadtest', 'kept');
    await until('the totals to be gone', async () => (await total()) === undefined || undefined, {
      timeoutMs: SCRAPED_WITHIN_MS,
      intervalMs: 200,
    });
  });
});
