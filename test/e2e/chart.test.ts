import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { CommandError } from '../cluster/run.ts';
import { kubernetesVersion } from '../cluster/versions.ts';
import { chart, type Environment, environment, helm } from './environment.ts';

type Rule = { apiGroups: string[]; resources: string[]; verbs: string[] };
type Container = { image: string; env: { name: string; value: string }[]; securityContext: Record<string, unknown> };
type Manifest = {
  kind: string;
  metadata: { name: string; namespace?: string; labels: Record<string, string> };
  rules?: Rule[];
  spec?: { template?: { spec: { containers: Container[]; securityContext: Record<string, unknown> } } };
};

describe('the chart', () => {
  let here: Environment;
  before(async () => {
    here = await environment();
  });

  async function render(...values: string[]): Promise<Manifest[]> {
    const text = await helm(here, [
      ...['template', 'rel', chart, '--namespace', 'system', '--kube-version', kubernetesVersion],
      ...values.flatMap((value) => ['--set', value]),
    ]);
    return parseAllDocuments(text)
      .map((document) => document.toJS() as Manifest | null)
      .filter((manifest) => manifest !== null);
  }
  const kinds = (manifests: Manifest[]) => manifests.map(({ kind }) => kind).sort();
  const operatorOf = (manifests: Manifest[]) => {
    const container = manifests.find(({ kind }) => kind === 'Deployment')?.spec?.template?.spec.containers[0];
    assert.ok(container);
    return { container, env: Object.fromEntries(container.env.map(({ name, value }) => [name, value])) };
  };

  it('has nothing for helm to complain about', async () => {
    const said = await helm(here, ['lint', '--strict', chart]);
    assert.match(said, /1 chart\(s\) linted, 0 chart\(s\) failed/);
  });

  it('installs what is needed, and no more', async () => {
    assert.deepEqual(kinds(await render()), [
      ...['ClusterRole', 'ClusterRole', 'ClusterRoleBinding', 'ClusterRoleBinding'],
      ...['ConfigMap', 'Deployment', 'Role', 'RoleBinding', 'Service', 'ServiceAccount'],
      ...['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'],
    ]);
  });

  it('has one replica more when asked, which a drain does not take at the same time', async () => {
    assert.ok(kinds(await render('replicas=2')).includes('PodDisruptionBudget'));
  });

  it('needs no more than a Role to work in one namespace, but for TokenReviews', async () => {
    const manifests = await render('watchNamespace=shop');
    const cluster = manifests.filter(({ kind }) => kind === 'ClusterRole').flatMap(({ rules = [] }) => rules);
    assert.deepEqual(cluster, [
      { apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'], verbs: ['create'] },
    ]);
    const roles = manifests.filter(({ kind }) => kind === 'Role' || kind === 'RoleBinding');
    assert.deepEqual(roles.map(({ metadata }) => metadata.namespace).sort(), ['shop', 'shop', 'system', 'system']);
    assert.equal(operatorOf(manifests).env.LOADTEST_WATCH_NAMESPACE, 'shop');
  });

  it('asks for no Secret, no exec and nothing by a wildcard', async () => {
    const rules = (await render()).flatMap(({ rules = [] }) => rules);
    for (const { apiGroups, resources, verbs } of rules) {
      for (const name of [...apiGroups, ...resources, ...verbs]) assert.ok(!name.includes('*'), name);
      for (const name of resources) assert.ok(!['secrets', 'pods/exec', 'pods/log'].includes(name), name);
      // Reports are written there; what else is in ConfigMaps is not the operator's to read.
      if (resources.includes('configmaps')) assert.ok(!verbs.some((verb) => ['get', 'list', 'watch'].includes(verb)));
    }
  });

  it('tells the operator where runners reach it, and gives them its own image', async () => {
    const { container, env } = operatorOf(
      await render('image.repository=reg/op', 'image.tag=v2', 'service.reportPort=9000'),
    );
    assert.equal(container.image, 'reg/op:v2');
    assert.equal(env.LOADTEST_RUNNER_IMAGE, 'reg/op:v2');
    assert.equal(env.LOADTEST_OPERATOR_URL, 'http://rel-loadtest-operator.system.svc:9000');
    assert.equal(env.LOADTEST_REPORT_PORT, '9000');
    assert.equal(operatorOf(await render('runner.image=reg/run:v3')).env.LOADTEST_RUNNER_IMAGE, 'reg/run:v3');
    const digest = `sha256:${'0f'.repeat(32)}`;
    const pinned = operatorOf(await render('image.repository=reg/op', 'image.tag=v2', `image.digest=${digest}`));
    assert.deepEqual(
      [pinned.container.image, pinned.env.LOADTEST_RUNNER_IMAGE],
      [`reg/op@${digest}`, `reg/op@${digest}`],
    );
  });

  it('has runners scraped once: by their annotations, or by a PodMonitor', async () => {
    const told = async (...values: string[]) => operatorOf(await render(...values)).env.LOADTEST_SCRAPE_ANNOTATIONS;
    assert.deepEqual([await told(), await told('podMonitor.enabled=true')], [undefined, 'false']);
  });

  it('runs the operator as the restricted Pod Security Standard asks', async () => {
    const deployment = (await render()).find(({ kind }) => kind === 'Deployment')?.spec?.template?.spec;
    assert.deepEqual(deployment?.securityContext, { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    assert.deepEqual(deployment?.containers[0]?.securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  it('labels everything as helm asks', async () => {
    for (const { kind, metadata } of await render()) {
      assert.equal(metadata.labels['app.kubernetes.io/managed-by'], 'Helm', kind);
      assert.equal(metadata.labels['app.kubernetes.io/instance'], 'rel', kind);
      assert.match(metadata.labels['helm.sh/chart'] ?? '', /^loadtest-operator-/, kind);
    }
  });

  it('brings monitors, alerts and a network policy only when asked', async () => {
    const asked = await render(
      ...['serviceMonitor', 'podMonitor', 'prometheusRule', 'networkPolicy'].map((name) => `${name}.enabled=true`),
    );
    const usual = kinds(await render());
    assert.deepEqual(
      kinds(asked).filter((kind) => !usual.includes(kind)),
      ['NetworkPolicy', 'PodMonitor', 'PrometheusRule', 'ServiceMonitor'],
    );
    assert.ok(!kinds(await render('dashboard.enabled=false')).includes('ConfigMap'));
  });

  for (const [value, field] of [
    ['image.pullPolicy=Sometimes', '/image/pullPolicy'],
    ['service.reportPort=80', '/service/reportPort'],
    ['watchNamespace=Not_A_Name', '/watchNamespace'],
    ['runner.imgae=x', '/runner'],
    ['podMonitor.interval=often', '/podMonitor/interval'],
    ['replicas=0', 'replicas'],
    ['limits.maxRate=-1', '/limits/maxRate'],
    ['limits.maxDuration=long', '/limits/maxDuration'],
    ['limits.allowedHosts={Shop}', '/limits/allowedHosts'],
    ['limits.deniedAddresses={10.0.0.0}', '/limits/deniedAddresses'],
  ] as const) {
    it(`refuses ${value} and names the field`, async () => {
      await assert.rejects(render(value), (error) => {
        assert.ok(error instanceof CommandError);
        assert.ok(error.stderr.includes(field), error.stderr);
        return true;
      });
    });
  }
});
