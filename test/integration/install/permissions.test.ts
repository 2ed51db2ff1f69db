import assert from 'node:assert/strict';
import { delimiter } from 'node:path';
import { after, before, it } from 'node:test';
import { LABEL_LEADER } from '../../../api/common/names.ts';
import type { KubeClient } from '../../../operator/kube/client.ts';
import { labelPod, leaseStore } from '../../../operator/kube/lease.ts';
import type { Job } from '../../../operator/kube/types.ts';
import { lead } from '../../../operator/leader/election.ts';
import { type Operator, startOperator } from '../../../operator/operator.ts';
import { jsonLog } from '../../../operator/runtime/log.ts';
import { CHART } from '../../../scripts/release/chart.ts';
import { formatObjects } from '../../../scripts/release/kubernetes.ts';
import { NAMESPACE, renderChart } from '../../../scripts/release/manifests.ts';
import { binaries } from '../../cluster/build/binaries.ts';
import { run } from '../../cluster/system/run.ts';
import { withTempDir } from '../../cluster/system/tempdir.ts';
import { until } from '../../cluster/system/wait.ts';
import { snapshot } from '../../support/operator/operator-fixtures.ts';
import { type SeenCall, startCountingProxy } from '../support/counting-proxy.ts';
import { CONFIG, SimulatedNode } from '../support/simulated-node.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

type Rule = { apiGroups: string[]; resources: string[]; verbs: string[] };

/** Granted for OwnerReferencesPermissionEnforcement, an admission plugin that is off here: its checks are no calls. */
const WITHOUT_CALLS = /\/finalizers update$/;

/** What the API server authorizes a call as, such as "batch jobs list". */
function permissionOf({ method, path, isWatch }: SeenCall): string {
  const match = /^\/apis?(?:\/([^/]+)(?=\/v))?\/v[^/]+(?:\/namespaces\/[^/]+)?\/([a-z]+)(\/[^/]+)?(\/[a-z]+)?$/.exec(
    path,
  );
  if (match === null) return path;
  const [, group = '', resource, name, subresource = ''] = match;
  const reading = isWatch ? 'watch' : name === undefined ? 'list' : 'get';
  const verbs: Record<string, string> = {
    POST: 'create',
    PUT: 'update',
    PATCH: 'patch',
    DELETE: 'delete',
    GET: reading,
  };
  return `${group} ${resource}${subresource} ${verbs[method]}`;
}

const permissionsOf = (rules: readonly Rule[]) =>
  rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) => resources.flatMap((name) => verbs.map((verb) => `${group} ${name} ${verb}`))),
  );

let server: TestServer;
before(async () => {
  const [helm, kubernetes] = [await binaries('helm', () => {}), await binaries('controlPlane', () => {})];
  process.env.PATH = [helm, kubernetes, process.env.PATH].join(delimiter);
  server = await startTestServer();
});
after(() => server.stop());

it('the operator uses every verb that the chart grants it, and needs no other', () =>
  withTempDir(async (dir) => {
    const objects = (await renderChart(CHART, ['crds.enabled=false'])).filter(({ apiVersion }) =>
      apiVersion.startsWith('rbac.authorization.k8s.io/'),
    );
    const pod = {
      ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'operator', namespace: NAMESPACE } },
      spec: { serviceAccountName: 'default', containers: [{ name: 'x', image: 'x' }] },
    };
    const kubectl = (input: string, ...args: string[]) =>
      run(['kubectl', ...args], { input, env: { KUBECONFIG: server.kubeconfig } });
    await kubectl('', 'create', 'namespace', NAMESPACE);
    await until('the default ServiceAccount', () => kubectl(JSON.stringify(pod), 'create', '-f', '-'), {
      timeoutMs: 30_000,
    });
    await kubectl(formatObjects(objects), 'apply', '-f', '-');

    const account = `system:serviceaccount:${NAMESPACE}:loadtest-operator`;
    const proxy = await startCountingProxy(server.kubeconfig, dir, account);
    const log = jsonLog(() => {});
    const elect = async (client: KubeClient) => {
      const store = leaseStore(client, NAMESPACE, 'loadtest-operator');
      await labelPod(client, { namespace: NAMESPACE, name: 'operator' }, LABEL_LEADER, 'true');
      return lead({ store, holder: { identity: 'operator' }, log, onLost: () => assert.fail('lost') });
    };
    let operator: Operator | undefined;
    try {
      operator = await startOperator({
        ...{ config: CONFIG, log, kubeconfig: proxy.kubeconfig, elect },
        installation: `${NAMESPACE}/loadtest-operator`,
      });
      await everything(operator);
    } finally {
      await operator?.stop();
      await proxy.close();
    }
    const calls = proxy.calls.filter(({ path }) => path !== '/version');
    const refused = calls.filter(({ code }) => code === 403).map(({ method, path }) => `${method} ${path}`);
    assert.deepEqual(refused, []);
    const granted = permissionsOf(objects.flatMap(({ rules = [] }) => rules as Rule[]));
    const used = new Set(calls.map(permissionOf));
    assert.deepEqual([...used].sort(), [...new Set(granted)].filter((text) => !WITHOUT_CALLS.test(text)).sort());
  }));

/** Makes the operator do each kind of thing that it does. */
async function everything(operator: Operator): Promise<void> {
  const node = new SimulatedNode(server, 'default');
  node.operator = operator;
  const spec = {
    target: { url: 'http://checkout.shop.svc' },
    load: { type: 'Open', open: { stages: [{ duration: '10s', rate: 100 }] } },
    runners: { replicas: 2, onLoss: 'Continue' },
  };
  // A runner is lost: a record on the Job. The test ends: a report. It is deleted after its time.
  await node.apply('lost', { ...spec, ttlSecondsAfterFinished: 1 });
  const { tokens, pods } = await node.underLoad('lost', 2);
  for (const token of tokens) await node.sendUpdate(token, { phase: 'Running', snapshot: snapshot(10) });
  await node.setPodStatus(pods[1]!, { phase: 'Failed', reason: 'Evicted' });
  const record = async () =>
    (await node.children<Job>('/apis/batch/v1', 'lost'))[0]?.metadata.annotations?.['loadtest.dev/lost-runner-1'];
  await until('the lost-runner record', record, { timeoutMs: 60_000 });
  await node.sendUpdate(tokens[0]!, { phase: 'Finished', snapshot: snapshot(500) });
  const gone = async () => (await server.call({ method: 'GET', path: node.path('lost') })).code === 404 || undefined;
  await until('the deletion of the test', gone, { timeoutMs: 30_000 });

  // A quota forbids the pods: only events tell. The deletion of the test deletes its Job.
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'none' }, spec: { hard: { pods: '0' } } };
  await server.call({ method: 'POST', path: '/api/v1/namespaces/default/resourcequotas', body: quota });
  await node.apply('forbidden', spec);
  const explained = async () => JSON.stringify(await node.status('forbidden')).includes('quota') || undefined;
  await until('the reason in the status', explained, { timeoutMs: 30_000 });
  await server.call({ method: 'DELETE', path: node.path('forbidden') });
  const noJob = async () => (await node.children('/apis/batch/v1', 'forbidden')).length === 0 || undefined;
  await until('the deletion of the Job', noJob, { timeoutMs: 30_000 });

  // A schedule creates a test.
  const schedules = '/apis/loadtest.dev/v1alpha1/namespaces/default/scheduledloadtests';
  await server.call({
    ...{ method: 'POST', path: schedules },
    body: {
      ...{ apiVersion: 'loadtest.dev/v1alpha1', kind: 'ScheduledLoadTest' },
      metadata: { name: 'nightly', annotations: { 'loadtest.dev/trigger': 'now' } },
      spec: { schedule: '0 0 1 1 *', loadTestTemplate: { spec: { ...spec, suspend: true } } },
    },
  });
  const created = async () => {
    const { body } = await server.call({ method: 'GET', path: node.path('').replace(/\/$/, '') });
    return (body.items as unknown[]).length > 0 || undefined;
  };
  await until('the test of the schedule', created, { timeoutMs: 30_000 });
}
