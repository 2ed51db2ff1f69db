import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { type OperatorLimits, operatorLimitsSchema } from '../../api/common/operator-limits.ts';
import { findCondition } from '../../api/status/conditions.ts';
import type { Job, Pod } from '../../operator/kube/types.ts';
import { type Operator, startOperator } from '../../operator/operator.ts';
import { jsonLog } from '../../operator/runtime/log.ts';
import { binaries } from '../cluster/build/binaries.ts';
import { kubernetesVersion } from '../cluster/build/versions.ts';
import { run } from '../cluster/system/run.ts';
import { until } from '../cluster/system/wait.ts';
import { snapshot } from '../support/operator/operator-fixtures.ts';
import { CONFIG, SimulatedNode } from './support/simulated-node.ts';
import { startTestServer, type TestServer } from './support/test-server.ts';

const CHART = join(import.meta.dirname, '../../charts/loadtest-operator');

let server: TestServer;
let node: SimulatedNode;
let operator: Operator | undefined;
const lines: string[] = [];

async function start(limits: Partial<OperatorLimits> = {}): Promise<void> {
  operator = await startOperator({
    config: { ...CONFIG, limits: { ...operatorLimitsSchema.parse({}), ...limits } },
    log: jsonLog((line) => lines.push(line)),
    kubeconfig: server.kubeconfig,
  });
  node.operator = operator;
}

before(async () => {
  server = await startTestServer();
  node = new SimulatedNode(server, 'default');
});
after(() => server.stop());
afterEach(async (context) => {
  if ('passed' in context && context.passed === false) process.stderr.write(lines.join(''));
  lines.length = 0;
  await operator?.stop();
  await server.call({ method: 'DELETE', path: '/apis/loadtest.dev/v1alpha1/namespaces/default/loadtests' });
});

const spec = (change: Record<string, unknown> = {}) => ({
  target: { url: 'http://checkout.shop.svc' },
  load: { type: 'Open', open: { stages: [{ duration: '10s', rate: 100 }] } },
  runners: { replicas: 1 },
  ...change,
});
const exclusive = spec({ target: { url: 'http://checkout.shop.svc/api', exclusive: true } });

const jobs = (name: string) => node.children<Job>('/apis/batch/v1', name);
const untilJob = (name: string) =>
  until(`the Job of ${name}`, async () => (await jobs(name))[0], { timeoutMs: 10_000 });
const untilReason = (name: string, reason: string) =>
  until(
    `${name} to be ${reason}`,
    async () => {
      const running = findCondition((await node.status(name)).conditions, 'Running');
      return running?.reason === reason ? running : undefined;
    },
    { timeoutMs: 10_000 },
  );
const patch = (path: string, body: unknown) =>
  server.call({ method: 'PATCH', path, contentType: 'application/merge-patch+json', body });
const remove = (name: string) => server.call({ method: 'DELETE', path: node.path(name) });

describe('tests of one target', () => {
  it('run one after the other when one is exclusive, and name the test that they wait for', async () => {
    await start();
    await node.apply('first', exclusive);
    await untilJob('first');
    await node.apply('second', spec());
    await node.apply('elsewhere', spec({ target: { url: 'http://cart.shop.svc' } }));
    await untilJob('elsewhere');
    const waiting = await untilReason('second', 'WaitingForTarget');
    assert.equal(waiting.message, 'waits for default/first, which tests checkout.shop.svc:80');
    const status = await node.status('second');
    assert.equal(findCondition(status.conditions, 'Accepted')?.status, 'True');
    assert.equal(status.startTime, undefined);
    assert.deepEqual(await jobs('second'), []);

    const { tokens } = await node.underLoad('first', 1);
    // The load lasted as long as it did here, so that its end is not in the future.
    await node.sendUpdate(tokens[0]!, { phase: 'Finished', snapshot: { ...snapshot(1000), elapsedMs: 1 } });
    const { completionTime } = await node.until('first', 'Complete', 'True');
    await untilJob('second');
    assert.ok(Date.parse((await node.status('second')).startTime ?? '') >= Date.parse(completionTime ?? ''));
  });

  it('start when the previous test is deleted or suspended', async () => {
    await start({ oneTestPerTarget: true });
    for (const name of ['a', 'b', 'c', 'd']) await node.apply(name, spec());
    await untilJob('a');
    for (const name of ['b', 'c', 'd']) await untilReason(name, 'WaitingForTarget');
    assert.equal((await patch(node.path('b'), { spec: { suspend: true } })).code, 200);
    await untilReason('b', 'Suspended');
    await remove('a');
    await untilJob('c');
    assert.deepEqual([await jobs('b'), await jobs('d')], [[], []]);
    // It again precedes younger tests.
    assert.equal((await patch(node.path('b'), { spec: { suspend: false } })).code, 200);
    await untilReason('b', 'WaitingForTarget');
    await remove('c');
    await untilJob('b');
    assert.deepEqual(await jobs('d'), []);
  });

  it('start at once when the target of the waiting test changes', async () => {
    await start();
    await node.apply('e', exclusive);
    await untilJob('e');
    await node.apply('f', spec());
    await untilReason('f', 'WaitingForTarget');
    await patch(node.path('f'), { spec: { target: { url: 'http://cart.shop.svc' } } });
    await untilJob('f');
  });
});

describe('the limit of concurrent tests', () => {
  it('holds for many tests created together and over restarts; they start in order', async () => {
    await start({ maxConcurrentTests: 2 });
    for (const name of ['before-1', 'before-2']) await node.apply(name, spec());
    for (const name of ['before-1', 'before-2']) await untilJob(name);
    await Promise.all(Array.from({ length: 6 }, (_, i) => node.apply(`many-${i}`, spec())));
    type Listed = { metadata: { name: string; creationTimestamp: string }; status?: { startTime?: string } };
    const all = async () => {
      const path = '/apis/loadtest.dev/v1alpha1/namespaces/default/loadtests';
      return (await server.call({ method: 'GET', path })).body.items as Listed[];
    };
    const order = (await all())
      .map(({ metadata }) => `${metadata.creationTimestamp} ${metadata.name}`)
      .sort()
      .map((text) => text.split(' ')[1]!);
    assert.deepEqual(order.slice(0, 2), ['before-1', 'before-2']);
    while (order.length > 0) {
      const next = order.slice(0, 2);
      await until(
        `${next.join(' and ')} to start`,
        async () => {
          const started = (await all()).filter(({ status }) => status?.startTime !== undefined);
          const names = started.map(({ metadata }) => metadata.name).sort();
          assert.ok(
            names.every((name) => next.includes(name)),
            names.join(),
          );
          return names.length === next.length || undefined;
        },
        { timeoutMs: 10_000 },
      );
      if (order.length === 5) {
        await operator!.stop();
        await start({ maxConcurrentTests: 2 });
      }
      await remove(order.shift()!);
    }
  });

  it('appears in the message of waiting tests', async () => {
    await start({ maxConcurrentTests: 1 });
    await node.apply('one', spec());
    await untilJob('one');
    await node.apply('two', spec());
    const { message } = await untilReason('two', 'WaitingForSlot');
    assert.equal(
      message,
      'waits for another test to end, as the operator runs at most 1 at once (limits.maxConcurrentTests)',
    );
  });
});

describe('the number of waiting tests', () => {
  it('ends a test that would wait beside as many as may wait, and starts those that wait', async () => {
    await start({ maxWaitingTests: 1 });
    await node.apply('runs', exclusive);
    await untilJob('runs');
    await node.apply('waits', exclusive);
    await untilReason('waits', 'WaitingForTarget');
    await node.apply('refused', exclusive);
    const { conditions } = await node.until('refused', 'Complete', 'True');
    const accepted = conditions?.find(({ type }) => type === 'Accepted');
    assert.deepEqual(
      [accepted?.reason, accepted?.message],
      [
        'LimitExceeded',
        '1 tests of namespace default wait already, as many as the operator allows (limits.maxWaitingTests)',
      ],
    );
    await server.call({ method: 'DELETE', path: node.path('runs') });
    await untilJob('waits');
  });
});

describe('a limit', () => {
  it('without an admission policy ends a test before anything is created for it', async () => {
    await start({ maxRunners: 1 });
    await node.apply('too-many', spec({ runners: { replicas: 2 } }));
    const { conditions } = await node.until('too-many', 'Complete', 'True');
    const accepted = findCondition(conditions, 'Accepted');
    assert.deepEqual(
      [accepted?.status, accepted?.reason, accepted?.message],
      ['False', 'LimitExceeded', 'spec.runners.replicas: 2 exceeds the limit of 1'],
    );
    assert.equal(findCondition(conditions, 'Passed')?.status, 'Unknown');
    assert.deepEqual(await jobs('too-many'), []);
  });
});

describe('suspend', () => {
  it('holds a test back until it is false, and is immutable once the test has started', async () => {
    await start();
    await node.apply('held', spec({ suspend: true }));
    await untilReason('held', 'Suspended');
    assert.deepEqual(await jobs('held'), []);
    assert.equal((await patch(node.path('held'), { spec: { suspend: false } })).code, 200);
    await node.underLoad('held', 1);
    const { code, body } = await patch(node.path('held'), { spec: { suspend: true } });
    assert.equal(code, 422);
    assert.match(body.message ?? '', /spec is immutable once the test has started/);
  });
});

describe('a LoadTest in a queue of Kueue', () => {
  it('has a suspended Job until Kueue resumes it, and readyTimeout begins then', async () => {
    await start();
    const labels = { 'kueue.x-k8s.io/queue-name': 'tests', 'kueue.x-k8s.io/priority-class': 'low' };
    const { code, body } = await server.call({
      method: 'POST',
      path: '/apis/loadtest.dev/v1alpha1/namespaces/default/loadtests',
      body: {
        ...{ apiVersion: 'loadtest.dev/v1alpha1', kind: 'LoadTest', metadata: { name: 'queued', labels } },
        spec: spec({ runners: { replicas: 1, readyTimeout: '3s' } }),
      },
    });
    assert.equal(code, 201, body.message ?? '');
    const job = await untilJob('queued');
    assert.equal(job.spec.suspend, true);
    assert.deepEqual({ ...job.metadata.labels, ...labels }, job.metadata.labels);
    const waiting = await untilReason('queued', 'WaitingForAdmission');
    assert.match(waiting.message, /waits in Kueue's queue tests/);
    // Longer than readyTimeout: the API server's times are whole seconds.
    const madeMs = Date.parse(job.metadata.creationTimestamp);
    await until('4 s to pass', async () => Date.now() - madeMs > 4500 || undefined, { timeoutMs: 10_000 });
    assert.equal(findCondition((await node.status('queued')).conditions, 'Complete')?.reason, 'WaitingForAdmission');
    assert.equal((await untilJob('queued')).spec.suspend, true, 'the operator never resumes it');

    await patch(`/apis/batch/v1/namespaces/default/jobs/${job.metadata.name}`, { spec: { suspend: false } });
    const { tokens } = await node.underLoad('queued', 1);
    await node.sendUpdate(tokens[0]!, { phase: 'Finished', snapshot: snapshot(1000) });
    await node.until('queued', 'Passed', 'True');
  });
});

describe('a runner with sidecars', () => {
  it('is lost when its own container ends, even if a sidecar keeps the pod', async () => {
    await start();
    await node.apply('meshed', spec());
    const { tokens, pods } = await node.underLoad('meshed', 1);
    await node.sendUpdate(tokens[0]!, { phase: 'Running', snapshot: snapshot(10) });
    const status = (name: string, state: object) => ({
      name,
      state,
      image: 'x',
      imageID: '',
      ready: true,
      restartCount: 0,
    });
    await node.setPodStatus(pods[0]!, {
      phase: 'Running',
      containerStatuses: [
        status('istio-proxy', { running: {} }),
        status('runner', { terminated: { exitCode: 137, reason: 'OOMKilled' } }),
      ],
    });
    const { conditions, counts } = await node.until('meshed', 'Complete', 'True');
    assert.match(
      findCondition(conditions, 'Complete')?.message ?? '',
      /runner 0: its pod ended: OOMKilled, exit code 137/,
    );
    assert.equal(counts?.done, 10);
  });
});

describe('the restricted Pod Security Standard', () => {
  const namespace = 'restricted';
  const podsPath = `/api/v1/namespaces/${namespace}/pods`;

  it('admits runners and the operator', async () => {
    await start();
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    await server.call({
      method: 'POST',
      path: '/api/v1/namespaces',
      body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } },
    });
    const restricted = new SimulatedNode(server, namespace);
    restricted.operator = operator;
    await restricted.apply('secure', spec({ runners: { replicas: 2 } }));
    const pods = await restricted.pods('secure', 2);
    assert.equal(pods.length, 2);

    const helm = join(await binaries('helm', () => {}), 'helm');
    const text = await run([
      helm,
      'template',
      'rel',
      CHART,
      '--namespace',
      namespace,
      '--kube-version',
      kubernetesVersion,
    ]);
    const documents = parseAllDocuments(text).map((document) => document.toJS());
    const { template } = documents.find((document) => document?.kind === 'Deployment').spec as { template: Pod };
    const make = (name: string, podSpec: object) =>
      server.call({
        method: 'POST',
        path: podsPath,
        query: { dryRun: 'All' },
        body: {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name },
          spec: { ...podSpec, serviceAccountName: 'default' },
        },
      });
    const accepted = await make('operator', template.spec!);
    assert.equal(accepted.code, 201, accepted.body.message ?? '');
    const refused = await make('plain', { containers: [{ name: 'x', image: 'x' }] });
    assert.equal(refused.code, 403);
    assert.match(refused.body.message ?? '', /violates PodSecurity "restricted:latest"/);
  });
});
