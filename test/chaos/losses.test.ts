import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LABEL_TEST } from '../../api/common/names.ts';
import { findCondition } from '../../api/status/conditions.ts';
import { until } from '../cluster/wait.ts';
import { kubectl } from '../e2e/environment.ts';
import { usePlace } from '../e2e/place.ts';
import { processWith } from '../e2e/processes.ts';
import { fillMemory } from './memory.ts';
import { killOperator } from './operator.ts';
import { assertKept, assertNotFailed, completeOf, losing, open, RATE, startAndWait } from './result.ts';

type PodName = { metadata: { name: string; labels: Record<string, string> } };

// Three at once, because most of them mostly wait.
describe('the result survives', { concurrency: 3 }, () => {
  const place = usePlace('losses', { operator: [] });

  const runner = (name: string, index: number) =>
    processWith('/app/runner.mjs', {
      LOADTEST_NAMESPACE: place.namespace,
      LOADTEST_NAME: name,
      LOADTEST_RUNNER_INDEX: String(index),
    });

  it('a killed runner: it counts up to its last second, and the others decide with onLoss Continue', async () => {
    await startAndWait(place, 'killed', 12, { onLoss: 'Continue' }, 6 * RATE);
    const missing = await losing(place, 'killed', () => process.kill(runner('killed', 1)!, 'SIGKILL'));
    const test = await place.waitFor('killed', 'Complete', 40);
    await assertKept(place, 'killed', test, missing);
    assertNotFailed(test);
    assert.match(
      completeOf(test)?.message ?? '',
      /runner 1: its pod ended: .*137.*; [0-9.]+% of the arrivals are missing/,
    );
  });

  it('a runner that is OOM-killed under load, which ends the test with onLoss Fail', async () => {
    const memory = { memory: '192Mi' };
    const template = { resources: { requests: { cpu: '10m', ...memory }, limits: memory } };
    await startAndWait(place, 'filled', 20, { onLoss: 'Fail', template }, 6 * RATE);
    const missing = await losing(place, 'filled', () => fillMemory(runner('filled', 1)!));
    const test = await place.waitFor('filled', 'Complete', 20);
    await assertKept(place, 'filled', test, missing);
    const passed = findCondition(test.status.conditions, 'Passed');
    assert.deepEqual(
      [passed?.status, passed?.reason, completeOf(test)?.reason],
      ['False', 'RunnersLost', 'RunnersLost'],
    );
    assert.match(completeOf(test)?.message ?? '', /1 of 2 runners lost: runner 1: its pod ended: OOMKilled/);
    assert.ok(test.status.counts.generated < 20 * RATE, 'the other runner has ended before its time');
  });

  it('an eviction, and an operator killed after the pod is gone', async () => {
    await startAndWait(place, 'evicted', 25, { onLoss: 'Continue' }, 3 * RATE);
    const pods = await place.list<PodName>('pods', `${LABEL_TEST}=evicted`);
    const evicted = pods.find((pod) => pod.metadata.labels['batch.kubernetes.io/job-completion-index'] === '1')!;
    const path = `/api/v1/namespaces/${place.namespace}/pods/${evicted.metadata.name}/eviction`;
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: evicted.metadata.name } };
    await kubectl(place.environment, ['create', '--raw', path, '-f', '-'], { input: JSON.stringify(eviction) });
    const kept = ['get', 'job', '-l', `${LABEL_TEST}=evicted`, '-o', 'jsonpath={.items[0].metadata.annotations}'];
    // The Job controller keeps the pod until it has counted it.
    await until('it is kept on the Job', async () => /lost-runner-1/.test(await place.kubectl(...kept)) || undefined, {
      timeoutMs: 60_000,
      intervalMs: 200,
    });
    await killOperator(place);
    const test = await place.waitFor('evicted', 'Complete', 60);
    // A runner that receives SIGTERM has time to send its measurements.
    await assertKept(place, 'evicted', test, 1);
    assert.deepEqual(test.status.runners, { desired: 2, ready: 1, succeeded: 1, lost: 1 });
    assert.equal((await place.list('jobs', `${LABEL_TEST}=evicted`)).length, 1);
  });

  it('a runner killed before the load: it is replaced, and no load is missing', async () => {
    await place.start('early', {
      target: { url: place.url('/early') },
      load: open(2),
      runners: { replicas: 2, readyTimeout: '60s', template: { resources: { requests: { cpu: '10m' } } } },
    });
    const pid = await until('its process', () => runner('early', 0), { timeoutMs: 60_000, intervalMs: 5 });
    process.kill(pid, 'SIGKILL');
    const { status } = await place.waitFor('early', 'Complete', 60);
    assert.deepEqual(status.runners, { desired: 2, ready: 2, succeeded: 2, lost: 0 });
    assert.equal(status.counts.done, 2 * RATE);
  });

  it('a runner that is OOM-killed repeatedly: the condition has the reason, readyTimeout ends the test, and nothing is left behind', async () => {
    const memory = { memory: '24Mi' };
    await place.start('oom', {
      target: { url: place.url('/oom') },
      load: open(2),
      runners: {
        readyTimeout: '30s',
        template: { resources: { requests: { cpu: '10m', ...memory }, limits: memory } },
      },
    });
    await until(
      'the condition to have the reason',
      async () => {
        const { status } = await place.get('oom');
        const ready = findCondition(status?.conditions, 'Ready');
        return (ready?.reason === 'RunnerReplaced' && /OOMKilled/.test(ready.message)) || undefined;
      },
      { timeoutMs: 60_000, intervalMs: 200 },
    );
    const test = await place.waitFor('oom', 'Complete', 40);
    assert.equal(completeOf(test)?.reason, 'ReadyTimeout');
    assert.match(completeOf(test)?.message ?? '', /OOMKilled/);
    const suspended = ['get', 'job', '-l', `${LABEL_TEST}=oom`, '-o', 'jsonpath={.items[0].spec.suspend}'];
    await until('no pod comes any more', async () => (await place.kubectl(...suspended)) === 'true' || undefined, {
      timeoutMs: 60_000,
      intervalMs: 300,
    });
  });
});
