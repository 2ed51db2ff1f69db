import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { findCondition } from '../../api/conditions.ts';
import { LABEL_LEADER, LABEL_TEST } from '../../api/names.ts';
import { identityProblems } from '../../model/counters.ts';
import { until } from '../cluster/wait.ts';
import { chart, helm, kubectl, OPERATOR_NAMESPACE, RELEASE } from './environment.ts';
import { type Ended, type Spec, usePlace } from './place.ts';
import { kill, processWith } from './processes.ts';

const RATE = 40;
const open = (seconds: number): Spec['load'] => ({
  type: 'Open',
  open: { stages: [{ duration: `${seconds}s`, rate: RATE }] },
});
const elsewhere = process.env.LOADTEST_E2E_KUBECONFIG ? 'the processes of a cluster elsewhere are not ours' : false;

type PodName = { metadata: { name: string; labels: Record<string, string> } };

describe('the result survives', { skip: elsewhere }, () => {
  const place = usePlace('survival');

  async function startAndWait(name: string, seconds: number, onLoss: 'Fail' | 'Continue', requests: number) {
    await place.start(name, {
      target: { url: place.url(`/${name}`) },
      load: open(seconds),
      thresholds: [{ metric: 'errors', max: '0%' }],
      runners: { replicas: 2, onLoss },
    });
    await until(
      'both runners have sent',
      async () => {
        const seen = await place.received(`/${name}`);
        return (seen !== undefined && seen.total >= requests && Object.keys(seen.clients).length === 2) || undefined;
      },
      { timeoutMs: 30_000, intervalMs: 100 },
    );
  }

  const system = (...args: string[]) => kubectl(place.environment, ['--namespace', OPERATOR_NAMESPACE, ...args]);
  const leader = async () => {
    const { items } = JSON.parse(await system('get', 'pods', '-l', `${LABEL_LEADER}=true`, '-o', 'json'));
    return (items as PodName[])[0]?.metadata.name;
  };

  /** Kills the operator that leads, as soon as one does; gives the name of its pod. */
  async function killOperator(): Promise<string> {
    const pod = await until('a leader', leader, { timeoutMs: 30_000 });
    const environment = { HOSTNAME: pod };
    await until('its process', () => processWith('/app/operator.mjs', environment), { timeoutMs: 30_000 });
    kill('/app/operator.mjs', environment);
    // The kubelet would take longer every time to start the container again.
    await system('delete', 'pod', pod, '--grace-period=0', '--force');
    return pod;
  }

  /** What a lost runner sent in its last two seconds may be missing: one until it is counted, one until that is written. */
  async function assertKept(name: string, { status }: Ended): Promise<void> {
    assert.deepEqual(identityProblems({ ...status.counts, inFlight: 0 }), []);
    const total = (await place.received(`/${name}`))?.total ?? 0;
    assert.ok(total - status.counts.made <= RATE, `${status.counts.made} of ${total} requests are in the result`);
  }

  /** A machine that is busy may send late, which leaves the verdict open. */
  function assertNotFailed({ conditions }: Ended['status']): void {
    assert.notEqual(findCondition(conditions, 'Passed')?.status, 'False');
  }

  it('a runner that is killed: it counts up to its last second, and the rest decides with onLoss Continue', async () => {
    await startAndWait('killed', 10, 'Continue', 3 * RATE);
    kill('/app/runner.mjs', {
      LOADTEST_NAMESPACE: place.namespace,
      LOADTEST_NAME: 'killed',
      LOADTEST_RUNNER_INDEX: '1',
    });
    const test = await place.waitFor('killed', 'Complete', 40);
    await assertKept('killed', test);
    const passed = findCondition(test.status.conditions, 'Passed');
    assert.notEqual(passed?.reason, 'RunnersLost');
    assertNotFailed(test.status);
    assert.match(findCondition(test.status.conditions, 'Complete')?.message ?? '', /runner 1: its pod ended: .*137/);
  });

  it('an eviction, and an operator that is killed when the pod is gone', async () => {
    await startAndWait('evicted', 25, 'Continue', 3 * RATE);
    const pods = await place.list<PodName>('pods', `${LABEL_TEST}=evicted`);
    const evicted = pods.find((pod) => pod.metadata.labels['batch.kubernetes.io/job-completion-index'] === '1')!;
    const path = `/api/v1/namespaces/${place.namespace}/pods/${evicted.metadata.name}/eviction`;
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: evicted.metadata.name } };
    await kubectl(place.environment, ['create', '--raw', path, '-f', '-'], { input: JSON.stringify(eviction) });
    const kept = ['get', 'job', '-l', `${LABEL_TEST}=evicted`, '-o', 'jsonpath={.items[0].metadata.annotations}'];
    // The Job controller keeps the pod until it has counted it.
    await until('it is kept on the Job', async () => /lost-runner-1/.test(await place.kubectl(...kept)) || undefined, {
      timeoutMs: 25_000,
      intervalMs: 200,
    });
    await killOperator();
    const test = await place.waitFor('evicted', 'Complete', 60);
    await assertKept('evicted', test);
    assert.deepEqual(test.status.runners, { desired: 2, ready: 1, succeeded: 1, lost: 1 });
    assert.equal((await place.list('jobs', `${LABEL_TEST}=evicted`)).length, 1);
  });

  it('a runner that is killed before the load gets a successor, and nobody is missed', async () => {
    await place.start('early', {
      target: { url: place.url('/early') },
      load: open(2),
      runners: { replicas: 2, readyTimeout: '60s' },
    });
    const index = '0';
    const environment = { LOADTEST_NAMESPACE: place.namespace, LOADTEST_NAME: 'early', LOADTEST_RUNNER_INDEX: index };
    await until('its process', () => processWith('/app/runner.mjs', environment), { timeoutMs: 20_000, intervalMs: 5 });
    kill('/app/runner.mjs', environment);
    const { status } = await place.waitFor('early', 'Complete', 60);
    assert.deepEqual(status.runners, { desired: 2, ready: 2, succeeded: 2, lost: 0 });
    assert.equal(status.counts.done, 2 * RATE);
  });

  it('a runner that is killed for its memory again and again: the reason is told, readyTimeout ends it, nothing is left', async () => {
    const memory = { memory: '24Mi' };
    await place.start('oom', {
      target: { url: place.url('/oom') },
      load: open(2),
      runners: { readyTimeout: '20s', template: { resources: { requests: memory, limits: memory } } },
    });
    await until(
      'the reason is told',
      async () => {
        const test: Ended = JSON.parse(await place.kubectl('get', 'loadtest', 'oom', '-o', 'json'));
        const ready = findCondition(test.status?.conditions, 'Ready');
        return (ready?.reason === 'RunnerReplaced' && /OOMKilled/.test(ready.message)) || undefined;
      },
      { timeoutMs: 15_000, intervalMs: 200 },
    );
    const { status } = await place.waitFor('oom', 'Complete', 40);
    assert.equal(findCondition(status.conditions, 'Complete')?.reason, 'ReadyTimeout');
    assert.match(findCondition(status.conditions, 'Complete')?.message ?? '', /OOMKilled/);
    const suspended = ['get', 'job', '-l', `${LABEL_TEST}=oom`, '-o', 'jsonpath={.items[0].spec.suspend}'];
    await until('no pod comes any more', async () => (await place.kubectl(...suspended)) === 'true' || undefined, {
      timeoutMs: 20_000,
      intervalMs: 300,
    });
  });

  for (let round = 1; round <= 5; round++) {
    it(`the operator that is killed at a random moment, ${round} of 5`, async () => {
      const name = `killed-operator-${round}`;
      await place.start(name, {
        target: { url: place.url(`/${name}`) },
        load: open(3),
        thresholds: [{ metric: 'errors', max: '0%' }],
        runners: { replicas: 2 },
      });
      await new Promise((done) => setTimeout(done, Math.random() * 6000));
      await killOperator();
      const { status } = await place.waitFor(name, 'Complete', 90);
      assert.deepEqual([status.counts.generated, status.counts.done], [3 * RATE, 3 * RATE]);
      assert.equal((await place.received(`/${name}`))?.total, 3 * RATE);
      assert.deepEqual(status.runners, { desired: 2, ready: 2, succeeded: 2, lost: 0 });
      assertNotFailed(status);
      assert.equal((await place.list('jobs', `${LABEL_TEST}=${name}`)).length, 1, 'one Job');
    });
  }

  describe('with two replicas', () => {
    const scale = (replicas: number) =>
      helm(place.environment, [
        ...['upgrade', RELEASE, chart, '--namespace', OPERATOR_NAMESPACE, '--reuse-values', '--wait'],
        ...['--timeout', '90s', '--set', `replicas=${replicas}`],
      ]);
    before(() => scale(2));
    after(() => scale(1));

    it('the leader that is killed in the middle of a load: the other leads within 20 s', async () => {
      await startAndWait('headless', 30, 'Fail', RATE);
      const killed = await killOperator();
      const began = Date.now();
      const next = await until('another leader', async () => ((await leader()) === killed ? undefined : leader()), {
        timeoutMs: 25_000,
      });
      assert.notEqual(next, killed);
      assert.ok(Date.now() - began < 20_000, `${Date.now() - began} ms`);
      const { status } = await place.waitFor('headless', 'Complete', 60);
      assert.deepEqual([status.counts.generated, status.counts.done], [30 * RATE, 30 * RATE]);
      assertNotFailed(status);
    });

    it('a leader that is told to end hands over at once', async () => {
      const ended = await until('a leader', leader, { timeoutMs: 30_000 });
      await system('rollout', 'status', `deployment/${RELEASE}`, '--timeout=60s');
      const began = Date.now();
      await system('delete', 'pod', ended, '--wait=false');
      await until('another leader', async () => ([undefined, ended].includes(await leader()) ? undefined : true), {
        timeoutMs: 25_000,
      });
      assert.ok(Date.now() - began < 6000, `${Date.now() - began} ms`);
    });
  });
});
