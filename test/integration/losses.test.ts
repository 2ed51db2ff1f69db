import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { findCondition } from '../../api/status/conditions.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { encodeTerminationMessage } from '../../model/wire/termination-message.ts';
import type { Job, Pod } from '../../operator/kube/types.ts';
import { type Operator, startOperator } from '../../operator/operator.ts';
import { jsonLog } from '../../operator/runtime/log.ts';
import { until } from '../cluster/system/wait.ts';
import { snapshot } from '../support/operator/operator-fixtures.ts';
import { CONFIG, SimulatedNode } from './support/simulated-node.ts';
import { startTestServer, type TestServer } from './support/test-server.ts';

const spec = (runners: Record<string, unknown> = {}) => ({
  target: { url: 'http://checkout.shop.svc' },
  load: { type: 'Open', open: { stages: [{ duration: '10s', rate: 100 }] } },
  runners: { replicas: 2, onLoss: 'Continue', ...runners },
});

let server: TestServer;
let node: SimulatedNode;
let operator: Operator;
const lines: string[] = [];

async function startAnother(): Promise<void> {
  const log = jsonLog((line) => lines.push(line));
  // The namespace, and not the operator, is to reject what its pods may not have.
  const limits = { ...CONFIG.limits, allowPodFields: ['privileged' as const] };
  operator = await startOperator({ config: { ...CONFIG, limits }, log, kubeconfig: server.kubeconfig });
  node.operator = operator;
}

before(async () => {
  server = await startTestServer();
});
after(() => server.stop());
beforeEach(async () => {
  node = new SimulatedNode(server, 'default');
  await startAnother();
});
afterEach((context) => {
  if ('passed' in context && context.passed === false) process.stderr.write(lines.join(''));
  lines.length = 0;
  return operator.stop();
});

/** Runners under load whose first measurements have reached the operator. */
async function underLoad(name: string, replicas: number): Promise<{ tokens: string[]; pods: Pod[] }> {
  const started = await node.underLoad(name, replicas);
  for (const token of started.tokens) await node.sendUpdate(token, { phase: 'Running', snapshot: snapshot(10) });
  return started;
}

/** The pod status of a container that was killed after 12 s with `done` requests. */
const killed = (done: number, reason = 'OOMKilled'): NonNullable<Pod['status']> => ({
  phase: 'Failed',
  containerStatuses: [
    {
      name: 'runner',
      image: 'x',
      imageID: '',
      ready: false,
      restartCount: 0,
      state: {
        terminated: {
          exitCode: 137,
          reason,
          message: encodeTerminationMessage({ phase: 'Running', snapshot: { ...snapshot(done), elapsedMs: 12_000 } })!,
        },
      },
    } as NonNullable<NonNullable<Pod['status']>['containerStatuses']>[number],
  ],
});
const remove = (pod: Pod) =>
  server.call({
    method: 'DELETE',
    path: `/api/v1/namespaces/default/pods/${pod.metadata.name}`,
    body: { gracePeriodSeconds: 0 },
  });
const reasonOf = (status: LoadTestStatus, type: 'Complete' | 'Ready') => findCondition(status.conditions, type);
const untilLost = (name: string, lost: number) =>
  until(`${lost} lost`, async () => (await node.status(name)).runners?.lost === lost || undefined, {
    timeoutMs: 5000,
  });

describe('a runner lost under load', () => {
  it('counts up to its termination message, even for an operator that never received its updates', async () => {
    await node.apply('killed', spec());
    const { tokens, pods } = await underLoad('killed', 2);
    await operator.stop();
    await node.setPodStatus(pods[1]!, killed(25));
    await startAnother();
    await node.sendUpdate(tokens[0]!, { phase: 'Finished', snapshot: snapshot(500) });
    const status = await node.until('killed', 'Complete', 'True');
    assert.equal(status.counts?.done, 525);
    assert.deepEqual(status.runners, { desired: 2, ready: 1, succeeded: 1, lost: 1 });
    assert.match(reasonOf(status, 'Complete')?.message ?? '', /runner 1: its pod ended: OOMKilled, exit code 137/);
  });

  it('to an eviction counts up to its last second, and the condition has the message of the kubelet', async () => {
    await node.apply('evicted', spec());
    const { tokens, pods } = await underLoad('evicted', 2);
    const message = 'The node was low on resource: memory. Threshold quantity: 100Mi, available: 7Mi.';
    await node.setPodStatus(pods[1]!, { ...killed(25, 'Error'), reason: 'Evicted', message });
    await untilLost('evicted', 1);
    await node.sendUpdate(tokens[0]!, { phase: 'Finished', snapshot: snapshot(500) });
    const status = await node.until('evicted', 'Complete', 'True');
    assert.equal(status.counts?.done, 525);
    assert.equal(reasonOf(status, 'Complete')?.reason, 'RunnersLost');
    assert.match(
      reasonOf(status, 'Complete')?.message ?? '',
      /runner 1: its pod ended: Evicted: The node was low on resource: memory[.]/,
    );
  });

  it('remains recorded when its pod is gone and another operator leads', async () => {
    await node.apply('remembered', spec());
    const { tokens, pods } = await underLoad('remembered', 2);
    await node.setPodStatus(pods[1]!, killed(25));
    await untilLost('remembered', 1);
    await remove(pods[1]!);
    await until(
      'the lost-runner record',
      async () => {
        const [job] = await node.children<Job>('/apis/batch/v1', 'remembered');
        return job?.metadata.annotations?.['loadtest.dev/lost-runner-1'];
      },
      { timeoutMs: 60_000 },
    );
    await operator.stop();
    await startAnother();
    await node.sendUpdate(tokens[0]!, { phase: 'Finished', snapshot: snapshot(500) });
    const status = await node.until('remembered', 'Complete', 'True');
    assert.equal(status.counts?.done, 525);
    assert.equal(status.runners?.lost, 1);
  });

  it('has no successor, and its pod goes although a quota would forbid one', async () => {
    await node.apply('latecomer', spec());
    const { tokens, pods } = await underLoad('latecomer', 2);
    const quotas = '/api/v1/namespaces/default/resourcequotas';
    const quota = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'none' },
      spec: { hard: { pods: '0' } },
    };
    await server.call({ method: 'POST', path: quotas, body: quota });
    await remove(pods[1]!);
    await until(
      'the pod to be gone',
      async () => (await node.children<Pod>('/api/v1', 'latecomer')).length === 1 || undefined,
      { timeoutMs: 60_000 },
    );
    await server.call({ method: 'DELETE', path: `${quotas}/none` });
    const [job] = await node.children<Job>('/apis/batch/v1', 'latecomer');
    assert.equal(job?.status?.failedIndexes, '1');
    await node.sendUpdate(tokens[0]!, { phase: 'Finished', snapshot: snapshot(500) });
    const status = await node.until('latecomer', 'Complete', 'True');
    assert.equal(status.counts?.done, 510);
    assert.equal(status.runners?.lost, 1);
  });
});

describe('before the load', () => {
  it('a deleted pod has all runners start again, and the barrier waits for them', async () => {
    await node.apply('replaced', spec({ onLoss: 'Fail' }));
    const pods = await node.pods('replaced', 2);
    await remove(pods[1]!);
    await until(
      'pods of another Job',
      async () => {
        const job = (pod: Pod | undefined) => pod?.metadata.ownerReferences?.[0]?.uid;
        return (await node.pods('replaced', 2)).every((pod) => job(pod) !== job(pods[1])) || undefined;
      },
      { timeoutMs: 30_000 },
    );
    const { tokens } = await underLoad('replaced', 2);
    for (const token of tokens) await node.sendUpdate(token, { phase: 'Finished', snapshot: snapshot(500) });
    const status = await node.until('replaced', 'Passed', 'True');
    assert.deepEqual([status.counts?.done, status.runners?.lost], [1000, 0]);
  });

  it("a namespace's pod security level that rejects pods is reported", async () => {
    const enforce = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'strict', labels: enforce } };
    await server.call({ method: 'POST', path: '/api/v1/namespaces', body: namespace });
    node = new SimulatedNode(server, 'strict');
    const containerSecurityContext = { appArmorProfile: { type: 'Unconfined' } };
    await node.apply('unconfined', spec({ template: { containerSecurityContext } }));
    const ready = await until(
      'the refusal in the condition',
      async () => {
        const condition = reasonOf(await node.status('unconfined'), 'Ready');
        return condition?.reason === 'PodSecurity' ? condition : undefined;
      },
      { timeoutMs: 60_000 },
    );
    assert.equal(ready.status, 'False');
    assert.match(ready.message, /^0 of 2 runners are ready; .*violates PodSecurity "restricted:latest".*AppArmor/);
  });

  it('a quota that rejects pods is reported, and freed quota is used', async () => {
    const path = '/api/v1/namespaces/default/resourcequotas';
    const hard = { pods: '1' };
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'one-pod' }, spec: { hard } };
    await server.call({
      method: 'DELETE',
      path: '/api/v1/namespaces/default/pods',
      query: { gracePeriodSeconds: '0' },
    });
    await server.call({ method: 'POST', path, body: quota });
    await until(
      'the quota to be in force',
      async () => (await server.call({ method: 'GET', path: `${path}/one-pod` })).body.status,
      { timeoutMs: 10_000 },
    );
    await node.apply('squeezed', spec({ replicas: 3 }));
    const ready = await until(
      'the refusal in the condition',
      async () => {
        const condition = reasonOf(await node.status('squeezed'), 'Ready');
        return condition?.reason === 'QuotaExceeded' ? condition : undefined;
      },
      { timeoutMs: 10_000 },
    );
    assert.match(ready.message, /exceeded quota: one-pod/);
    await server.call({ method: 'DELETE', path: `${path}/one-pod` });
    await until('all pods', async () => (await node.children('/api/v1', 'squeezed')).length === 3 || undefined, {
      timeoutMs: 60_000,
    });
  });
});

describe('a native sidecar', () => {
  it('delays neither the result nor the end of the Job', async () => {
    await node.apply('meshed', spec({ replicas: 1 }));
    const { tokens, pods } = await underLoad('meshed', 1);
    const container = (name: string, state: object) => ({
      ...{ name, image: 'x', imageID: '', ready: false, restartCount: 0, state },
    });
    const terminated = { terminated: { exitCode: 0, reason: 'Completed' } };
    const status = (phase: string, sidecar: object): NonNullable<Pod['status']> => ({
      phase,
      initContainerStatuses: [container('istio-proxy', sidecar)],
      containerStatuses: [container('runner', terminated)],
    });
    await node.sendUpdate(tokens[0]!, { phase: 'Finished', snapshot: snapshot(500) });
    // The runner has ended; the kubelet has yet to end its sidecar.
    await node.setPodStatus(pods[0]!, status('Running', { running: {} }));
    const { counts, runners } = await node.until('meshed', 'Complete', 'True');
    assert.deepEqual([counts?.done, runners?.succeeded, runners?.lost], [500, 1, 0]);
    await node.setPodStatus(pods[0]!, status('Succeeded', terminated));
    const job = await until(
      'the Job to be complete',
      async () => {
        const [found] = await node.children<Job>('/apis/batch/v1', 'meshed');
        return found?.status?.conditions?.some((c) => c.type === 'Complete' && c.status === 'True') ? found : undefined;
      },
      { timeoutMs: 60_000 },
    );
    assert.notEqual(job.spec.suspend, true);
  });
});
