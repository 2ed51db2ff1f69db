import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LABEL_TEST } from '../../api/common/names.ts';
import { findCondition } from '../../api/status/conditions.ts';
import { until } from '../cluster/system/wait.ts';
import { kubectl } from '../e2e/support/environment.ts';
import { useNamespace } from '../e2e/support/namespace.ts';
import { processWith } from '../e2e/support/processes.ts';
import { assertNotFailed } from '../e2e/support/verdict.ts';
import { fillMemory } from './memory.ts';
import { killOperator } from './operator.ts';
import { assertKept, completeOf, losing, open, RATE, startAndWait } from './result.ts';

type PodName = { metadata: { name: string; labels: Record<string, string> } };

// Three at once, because they mostly wait.
describe('the result survives', { concurrency: 3 }, () => {
  const ns = useNamespace('losses', { operator: [] });

  const runner = (name: string, index: number) =>
    processWith('/app/runner.mjs', {
      LOADTEST_NAMESPACE: ns.name,
      LOADTEST_NAME: name,
      LOADTEST_RUNNER_INDEX: String(index),
    });

  it('a killed runner: it counts up to its last second, and the others decide with onLoss Continue', async () => {
    await startAndWait(ns, 'killed', 12, { onLoss: 'Continue' }, 6 * RATE);
    const missing = await losing(ns, 'killed', () => process.kill(runner('killed', 1)!, 'SIGKILL'));
    const test = await ns.waitFor('killed', 'Complete', 60);
    await assertKept(ns, 'killed', test, missing);
    assertNotFailed(test);
    assert.match(
      completeOf(test)?.message ?? '',
      /runner 1: its pod ended: .*137.*; [0-9.]+% of the arrivals are missing/,
    );
  });

  it('a runner that is OOM-killed under load, which ends the test with onLoss Fail', async () => {
    const memory = { memory: '192Mi' };
    const template = { resources: { requests: { cpu: '10m', ...memory }, limits: memory } };
    await startAndWait(ns, 'filled', 20, { onLoss: 'Fail', template }, 6 * RATE);
    const missing = await losing(ns, 'filled', () => fillMemory(runner('filled', 1)!));
    const test = await ns.waitFor('filled', 'Complete', 60);
    await assertKept(ns, 'filled', test, missing);
    const passed = findCondition(test.status.conditions, 'Passed');
    assert.deepEqual(
      [passed?.status, passed?.reason, completeOf(test)?.reason],
      ['False', 'RunnersLost', 'RunnersLost'],
    );
    assert.match(completeOf(test)?.message ?? '', /1 of 2 runners lost: runner 1: its pod ended: OOMKilled/);
    assert.ok(test.status.counts.generated < 20 * RATE, 'the other runner ended early');
  });

  it('an eviction, and an operator killed after the pod is gone', async () => {
    await startAndWait(ns, 'evicted', 25, { onLoss: 'Continue' }, 3 * RATE);
    const pods = await ns.list<PodName>('pods', `${LABEL_TEST}=evicted`);
    const evicted = pods.find((pod) => pod.metadata.labels['batch.kubernetes.io/job-completion-index'] === '1')!;
    const path = `/api/v1/namespaces/${ns.name}/pods/${evicted.metadata.name}/eviction`;
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: evicted.metadata.name } };
    await kubectl(ns.environment, ['create', '--raw', path, '-f', '-'], { input: JSON.stringify(eviction) });
    const annotations = [
      'get',
      'job',
      '-l',
      `${LABEL_TEST}=evicted`,
      '-o',
      'jsonpath={.items[0].metadata.annotations}',
    ];
    // The Job controller keeps the pod until it has counted the failure.
    await until(
      'the lost-runner record on the Job',
      async () => /lost-runner-1/.test(await ns.kubectl(...annotations)) || undefined,
      {
        timeoutMs: 60_000,
        intervalMs: 200,
      },
    );
    await killOperator(ns);
    const test = await ns.waitFor('evicted', 'Complete', 60);
    // A runner that receives SIGTERM has time to send its measurements.
    await assertKept(ns, 'evicted', test, 1);
    assert.deepEqual(test.status.runners, { desired: 2, ready: 1, succeeded: 1, lost: 1 });
    assert.equal((await ns.list('jobs', `${LABEL_TEST}=evicted`)).length, 1);
  });

  it('a runner killed before the load: it is replaced, and no load is missing', async () => {
    await ns.start('early', {
      target: { url: ns.url('/early') },
      load: open(2),
      runners: { replicas: 2, readyTimeout: '60s', template: { resources: { requests: { cpu: '10m' } } } },
    });
    const pid = await until('its process', () => runner('early', 0), { timeoutMs: 60_000, intervalMs: 5 });
    process.kill(pid, 'SIGKILL');
    const { status } = await ns.waitFor('early', 'Complete', 60);
    assert.deepEqual(status.runners, { desired: 2, ready: 2, succeeded: 2, lost: 0 });
    assert.equal(status.counts.done, 2 * RATE);
  });

  it('a runner that is OOM-killed repeatedly: the condition has the reason, readyTimeout ends the test, and nothing is left behind', async () => {
    const memory = { memory: '24Mi' };
    await ns.start('oom', {
      target: { url: ns.url('/oom') },
      load: open(2),
      runners: {
        readyTimeout: '30s',
        template: { resources: { requests: { cpu: '10m', ...memory }, limits: memory } },
      },
    });
    await until(
      'the reason in the condition Ready',
      async () => {
        const { status } = await ns.get('oom');
        const ready = findCondition(status?.conditions, 'Ready');
        return (ready?.reason === 'RunnerReplaced' && /OOMKilled/.test(ready.message)) || undefined;
      },
      { timeoutMs: 60_000, intervalMs: 200 },
    );
    const test = await ns.waitFor('oom', 'Complete', 60);
    assert.equal(completeOf(test)?.reason, 'ReadyTimeout');
    assert.match(completeOf(test)?.message ?? '', /OOMKilled/);
    const active = ['get', 'job', '-l', `${LABEL_TEST}=oom`, '-o', 'jsonpath={.items[*].status.active}'];
    await until('the Job to have no pods', async () => (await ns.kubectl(...active)) === '' || undefined, {
      timeoutMs: 60_000,
      intervalMs: 300,
    });
  });
});
