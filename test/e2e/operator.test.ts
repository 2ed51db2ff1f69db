import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { LABEL_TEST } from '../../api/common/names.ts';
import { findCondition } from '../../api/status/conditions.ts';
import { until } from '../cluster/system/wait.ts';
import { chart, helm, kubectl, OPERATOR_NAMESPACE, RELEASE } from './support/environment.ts';
import { useNamespace } from './support/namespace.ts';
import { scalar } from './support/prometheus.ts';

describe('the operator', () => {
  const ns = useNamespace('operator');
  const deployment = `deployment/${RELEASE}`;
  const inOperatorNamespace = (...args: string[]) =>
    kubectl(ns.environment, ['--namespace', OPERATOR_NAMESPACE, ...args]);
  const operators = async () => {
    const listed = await inOperatorNamespace('get', 'pods', '-l', 'app.kubernetes.io/component=operator', '-o', 'name');
    return listed.split('\n').filter(Boolean);
  };
  /** Helm waits for the next operator. The one before leads until its pod has ended. */
  const upgrade = async (...values: string[]) => {
    const before = await operators();
    await helm(ns.environment, [
      ...['upgrade', RELEASE, chart, '--namespace', OPERATOR_NAMESPACE, '--reuse-values', '--wait', '--timeout', '90s'],
      ...values.flatMap((value) => ['--set', value]),
    ]);
    await until(
      'the operators before to be gone',
      async () => (await operators()).every((pod) => !before.includes(pod)) || undefined,
      { timeoutMs: 60_000, intervalMs: 200 },
    );
  };
  const received = async (path: string, atLeast: number) =>
    until(
      `${atLeast} requests at ${path}`,
      async () => {
        const seen = await ns.received(path);
        return seen !== undefined && seen.total >= atLeast ? seen : undefined;
      },
      { timeoutMs: 30_000, intervalMs: 200 },
    );

  it('loses nothing of the result when its pod is deleted under load', async () => {
    await ns.start('survives', {
      target: { url: ns.url('/survives') },
      load: { type: 'Open', open: { stages: [{ duration: '10s', rate: 60 }] } },
      thresholds: [{ metric: 'errors', max: '0%' }],
      runners: { replicas: 2 },
    });
    await received('/survives', 60);
    await inOperatorNamespace(
      'delete',
      'pod',
      '--selector',
      'app.kubernetes.io/component=operator',
      '--grace-period=0',
      '--force',
    );
    const { status } = await ns.waitFor('survives', 'Complete', 60);
    assert.deepEqual([status.counts.generated, status.counts.made, status.counts.done], [600, 600, 600]);
    assert.deepEqual(status.runners, { desired: 2, ready: 2, succeeded: 2, lost: 0 });
    assert.equal((await ns.received('/survives'))?.total, 600);
    assert.equal((await ns.list('jobs', `${LABEL_TEST}=survives`)).length, 1, 'one Job');
    assert.equal(findCondition(status.conditions, 'Passed')?.status, 'True');
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
      timeoutMs: 10_000,
      intervalMs: 200,
    });
    await inOperatorNamespace('rollout', 'restart', deployment);
    await inOperatorNamespace('rollout', 'status', deployment, '--timeout=60s');
    await until(
      'the same totals from the next operator',
      async () => {
        const fresh = await scalar(ns.environment, `count(loadtest_requests_done_total${of}) == 1`);
        return (fresh === 1 && (await total()) === status.counts.done) || undefined;
      },
      { timeoutMs: 20_000, intervalMs: 200 },
    );
    await ns.kubectl('delete', 'loadtest', 'kept');
    await until('the totals to be gone', async () => (await total()) === undefined || undefined, {
      timeoutMs: 15_000,
      intervalMs: 200,
    });
  });

  it('has no unnecessary permissions', async () => {
    const account = `--as=system:serviceaccount:${OPERATOR_NAMESPACE}:${RELEASE}`;
    const can = (...what: string[]) => ns.kubectl('auth', 'can-i', ...what, account).catch(() => 'no');
    for (const what of [
      'get secrets',
      'list configmaps',
      'create pods',
      'delete pods',
      'update loadtests',
      'create pods/exec',
    ]) {
      assert.match(await can(...what.split(' ')), /^no/, what);
    }
    assert.match(await can('create', 'jobs'), /^yes/);
  });

  describe('with the permissions of one namespace and a missing runner image', () => {
    after(async () => {
      await upgrade('watchNamespace=', 'runner.image=');
    });

    it('reports why no runner starts, ends by readyTimeout and leaves nothing behind', async () => {
      await upgrade(`watchNamespace=${ns.name}`, 'runner.image=localhost/absent:1');
      await ns.start('no-image', {
        target: { url: ns.url('/no-image') },
        load: { type: 'Open', open: { stages: [{ duration: '1s', rate: 1 }] } },
        runners: { readyTimeout: '8s' },
      });
      const ready = await until(
        'the reason in the condition Ready',
        async () => {
          const { status } = await ns.get('no-image');
          const condition = findCondition(status?.conditions, 'Ready');
          return condition?.reason === 'ImagePullFailed' ? condition : undefined;
        },
        { timeoutMs: 20_000, intervalMs: 200 },
      );
      assert.equal(ready.status, 'False');
      assert.match(ready.message, /absent/);
      const { status } = await ns.waitFor('no-image', 'Complete', 30);
      assert.equal(findCondition(status.conditions, 'Complete')?.reason, 'ReadyTimeout');
      await until(
        'its pods to be gone',
        async () => (await ns.list('pods', `${LABEL_TEST}=no-image`)).length === 0 || undefined,
        {
          timeoutMs: 20_000,
          intervalMs: 300,
        },
      );
    });
  });
});
