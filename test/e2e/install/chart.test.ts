import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { dashboardFiles } from '../../../charts/dashboards/files.ts';
import { webhooksSchema } from '../../../operator/runtime/webhook.ts';
import { kubernetesVersion } from '../../cluster/build/versions.ts';
import { CommandError } from '../../cluster/system/run.ts';
import { chart, type Environment, environment, helm } from '../support/environment.ts';

type Rule = { apiGroups: string[]; resources: string[]; verbs: string[] };
type Container = {
  image: string;
  env: { name: string; value: string }[];
  securityContext: Record<string, unknown>;
  volumeMounts?: unknown;
  livenessProbe?: { periodSeconds: number; timeoutSeconds?: number; failureThreshold: number };
};
type PodSpec = { containers: Container[]; securityContext: Record<string, unknown>; volumes?: unknown };
type Manifest = {
  kind: string;
  metadata: { name: string; namespace?: string; labels: Record<string, string> };
  rules?: Rule[];
  spec?: { template?: { spec: PodSpec } };
};

const isGroup = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

describe('the chart', () => {
  let testEnvironment: Environment;
  before(async () => {
    testEnvironment = await environment();
  });

  /** Without the CRDs, whose text takes most of the time, unless the values say otherwise. */
  const render = (...values: string[]) => rendered('--set', ['crds.enabled=false', ...values]);
  async function rendered(option: '--set' | '--set-json', values: readonly string[]): Promise<Manifest[]> {
    const text = await helm(testEnvironment, [
      ...['template', 'rel', chart, '--namespace', 'system', '--kube-version', kubernetesVersion],
      ...values.flatMap((value) => [option, value]),
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

  it('renders the same when any value is missing, as with --reuse-values from an older chart', async () => {
    const values = parse(await readFile(join(chart, 'values.yaml'), 'utf8')) as Record<string, unknown>;
    // `null` deletes a value before the chart is rendered.
    const paths = Object.entries(values).flatMap(([name, value]) => [
      name,
      ...(isGroup(value) && name !== 'resources' ? Object.keys(value).map((field) => `${name}.${field}`) : []),
    ]);
    assert.ok(paths.length > 50 && paths.includes('limits.allowScripts'), paths.join(' '));
    const usual = await render();
    for (const path of paths.filter((path) => !path.startsWith('crds')))
      assert.deepEqual(await render(`${path}=null`), usual, path);
    const withCrds = kinds(await render('crds.enabled=true'));
    for (const path of ['crds', 'crds.enabled']) assert.deepEqual(kinds(await render(`${path}=null`)), withCrds, path);
  });

  it('takes a value that is set to false or to nothing as it is', async () => {
    const limits = async (...values: string[]) =>
      JSON.parse(operatorOf(await rendered('--set-json', values)).env.LOADTEST_LIMITS ?? '');
    const { allowScripts, deniedAddresses } = await limits('limits.allowScripts=false', 'limits.deniedAddresses=[]');
    assert.deepEqual({ allowScripts, deniedAddresses }, { allowScripts: false, deniedAddresses: [] });
  });

  it('passes helm lint', async () => {
    const output = await helm(testEnvironment, ['lint', '--strict', chart]);
    assert.match(output, /1 chart\(s\) linted, 0 chart\(s\) failed/);
  });

  it('installs only the necessary objects by default', async () => {
    assert.deepEqual(kinds(await rendered('--set', [])), [
      ...['ClusterRole', 'ClusterRole', 'ClusterRoleBinding', 'ClusterRoleBinding'],
      ...[
        'ConfigMap',
        'CustomResourceDefinition',
        'CustomResourceDefinition',
        'Deployment',
        'Pod',
        'Role',
        'RoleBinding',
        'Service',
        'ServiceAccount',
      ],
      ...['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'],
    ]);
  });

  it('protects two replicas from a simultaneous drain', async () => {
    assert.ok(kinds(await render('replicas=2')).includes('PodDisruptionBudget'));
  });

  it('needs only Roles to serve one namespace, except for TokenReviews', async () => {
    const manifests = await render('watchNamespace=shop');
    const cluster = manifests.filter(({ kind }) => kind === 'ClusterRole').flatMap(({ rules = [] }) => rules);
    assert.deepEqual(cluster, [
      { apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'], verbs: ['create'] },
    ]);
    const roles = manifests.filter(({ kind }) => kind === 'Role' || kind === 'RoleBinding');
    assert.deepEqual(roles.map(({ metadata }) => metadata.namespace).sort(), ['shop', 'shop', 'system', 'system']);
    assert.equal(operatorOf(manifests).env.LOADTEST_WATCH_NAMESPACE, 'shop');
  });

  it('grants no access to Secrets or exec, and has no wildcards', async () => {
    const rules = (await render()).flatMap(({ rules = [] }) => rules);
    for (const { apiGroups, resources, verbs } of rules) {
      for (const name of [...apiGroups, ...resources, ...verbs]) assert.ok(!name.includes('*'), name);
      for (const name of resources) assert.ok(!['secrets', 'pods/exec', 'pods/log'].includes(name), name);
      // The operator writes reports to ConfigMaps and must not read others.
      if (resources.includes('configmaps')) assert.ok(!verbs.some((verb) => ['get', 'list', 'watch'].includes(verb)));
    }
  });

  it('passes the operator its URL for runners and its own image for them', async () => {
    const { container, env } = operatorOf(
      await render('image.repository=reg/op', 'image.tag=v2', 'service.reportPort=9000'),
    );
    assert.equal(container.image, 'reg/op:v2');
    assert.equal(env.LOADTEST_RUNNER_IMAGE, 'reg/op:v2');
    assert.equal(env.LOADTEST_OPERATOR_URL, 'http://rel-loadtest-operator.$(LOADTEST_POD_NAMESPACE).svc:9000');
    assert.equal(env.LOADTEST_REPORT_PORT, '9000');
    assert.equal(operatorOf(await render('runner.image=reg/run:v3')).env.LOADTEST_RUNNER_IMAGE, 'reg/run:v3');
    const digest = `sha256:${'0f'.repeat(32)}`;
    const pinned = operatorOf(await render('image.repository=reg/op', 'image.tag=v2', `image.digest=${digest}`));
    assert.deepEqual(
      [pinned.container.image, pinned.env.LOADTEST_RUNNER_IMAGE],
      [`reg/op@${digest}`, `reg/op@${digest}`],
    );
  });

  it('mounts the Secret with the headers of an OTLP push as files', async () => {
    const manifests = await render(
      ...['otlp.endpoint=http://prometheus:9090/api/v1/otlp', 'otlp.headersSecret=otlp-headers-of-shop'],
      ...['otlp.resourceAttributes.a\\.b=c', 'otlp.resourceAttributes.d=e'],
    );
    const { container, env } = operatorOf(manifests);
    assert.deepEqual(
      [env.LOADTEST_OTLP_ENDPOINT, env.LOADTEST_OTLP_INTERVAL, env.OTEL_RESOURCE_ATTRIBUTES],
      ['http://prometheus:9090/api/v1/otlp', '15s', 'a.b=c,d=e'],
    );
    const mountPath = env.LOADTEST_OTLP_HEADERS;
    assert.deepEqual(container.volumeMounts, [{ name: 'otlp-headers', mountPath, readOnly: true }]);
    const pod = manifests.find(({ kind }) => kind === 'Deployment')?.spec?.template?.spec;
    assert.deepEqual(pod?.volumes, [{ name: 'otlp-headers', secret: { secretName: 'otlp-headers-of-shop' } }]);
  });

  it('mounts the Secrets of webhooks as files, and passes the operator their folders', async () => {
    const webhooks = [
      { name: 'ci', secretName: 'ci-hook', types: ['Regressed'] },
      { name: 'chat', secretName: 'chat-hook', format: 'Slack' },
    ];
    const manifests = await rendered('--set-json', [`webhooks=${JSON.stringify(webhooks)}`]);
    const { container, env } = operatorOf(manifests);
    assert.deepEqual(webhooksSchema.parse(JSON.parse(env.LOADTEST_WEBHOOKS ?? '')), [
      { name: 'ci', format: 'CloudEvents', types: ['Regressed'], folder: '/etc/loadtest-operator/webhook-ci' },
      ...[
        {
          name: 'chat',
          format: 'Slack',
          types: ['Completed', 'RunnersLost'],
          folder: '/etc/loadtest-operator/webhook-chat',
        },
      ],
    ]);
    assert.deepEqual(container.volumeMounts, [
      { name: 'webhook-ci', mountPath: '/etc/loadtest-operator/webhook-ci', readOnly: true },
      { name: 'webhook-chat', mountPath: '/etc/loadtest-operator/webhook-chat', readOnly: true },
    ]);
    const pod = manifests.find(({ kind }) => kind === 'Deployment')?.spec?.template?.spec;
    assert.deepEqual(pod?.volumes, [
      { name: 'webhook-ci', secret: { secretName: 'ci-hook' } },
      { name: 'webhook-chat', secret: { secretName: 'chat-hook' } },
    ]);
  });

  it('has runners scraped by either their annotations or a PodMonitor', async () => {
    const annotations = async (...values: string[]) =>
      operatorOf(await render(...values)).env.LOADTEST_SCRAPE_ANNOTATIONS;
    assert.deepEqual([await annotations(), await annotations('podMonitor.enabled=true')], [undefined, 'false']);
  });

  it('has runners wait for their first scrape, but not where only a ServiceMonitor scrapes the operator', async () => {
    const wait = async (...values: string[]) => operatorOf(await render(...values)).env.LOADTEST_FIRST_SCRAPE_WAIT;
    const [service, pod] = ['serviceMonitor.enabled=true', 'podMonitor.enabled=true'];
    assert.deepEqual(
      [await wait(), await wait(service), await wait(pod), await wait(service, pod, 'runner.firstScrapeWait=30s')],
      ['75s', '0s', '75s', '30s'],
    );
  });

  it('has a PodMonitor that makes native histograms on demand', async () => {
    const specOf = async (...values: string[]) =>
      (await render('podMonitor.enabled=true', ...values)).find(({ kind }) => kind === 'PodMonitor')?.spec;
    const fields = ['convertClassicHistogramsToNHCB', 'scrapeClassicHistograms'];
    const of = (spec: object | undefined) => Object.entries(spec ?? {}).filter(([name]) => fields.includes(name));
    assert.deepEqual(of(await specOf()), []);
    assert.deepEqual(
      of(await specOf('podMonitor.convertClassicHistogramsToNHCB=true')),
      fields.map((name) => [name, true]),
    );
  });

  it('runs the operator under the restricted Pod Security Standard', async () => {
    const deployment = (await render()).find(({ kind }) => kind === 'Deployment')?.spec?.template?.spec;
    assert.deepEqual(deployment?.securityContext, { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    assert.deepEqual(deployment?.containers[0]?.securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  it('restarts an operator that hangs for two minutes, and none that gets no CPU for one', async () => {
    const { periodSeconds, timeoutSeconds = 1, failureThreshold } = operatorOf(await render()).container.livenessProbe!;
    // A slow response counts as one.
    assert.ok(timeoutSeconds >= 10);
    assert.ok(periodSeconds * (failureThreshold - 1) >= 60);
    assert.ok(Math.max(periodSeconds, timeoutSeconds) * (failureThreshold + 1) <= 120);
  });

  it('sets the labels that helm recommends on every object', async () => {
    for (const { kind, metadata } of await render()) {
      assert.equal(metadata.labels['app.kubernetes.io/managed-by'], 'Helm', kind);
      assert.equal(metadata.labels['app.kubernetes.io/instance'], 'rel', kind);
      assert.match(metadata.labels['helm.sh/chart'] ?? '', /^loadtest-operator-/, kind);
    }
  });

  it('extends the roles of users only when that is enabled', async () => {
    const isForUsers = ({ metadata: { labels } }: Manifest) =>
      Object.keys(labels).some((label) => label.startsWith('rbac.authorization.k8s.io/aggregate-to-'));
    assert.deepEqual((await render()).filter(isForUsers), []);
    const roles = (await render('aggregateRoles.enabled=true')).filter(isForUsers);
    assert.deepEqual(
      roles.map(({ rules }) => rules?.map(({ resources, verbs }) => [...resources, ...verbs].join(' '))),
      [
        ['loadtests scheduledloadtests get list watch'],
        ['loadtests scheduledloadtests create update patch delete deletecollection'],
      ],
    );
  });

  it('installs monitors, alerts and a network policy only when they are enabled', async () => {
    const enabled = await render(
      ...['serviceMonitor', 'podMonitor', 'prometheusRule', 'networkPolicy'].map((name) => `${name}.enabled=true`),
    );
    const usual = kinds(await render());
    assert.deepEqual(
      kinds(enabled).filter((kind) => !usual.includes(kind)),
      ['NetworkPolicy', 'PodMonitor', 'PrometheusRule', 'ServiceMonitor'],
    );
    assert.ok(!kinds(await render('dashboard.enabled=false')).includes('ConfigMap'));
  });

  it('has the rules of every file in its PrometheusRule', async () => {
    const rule = (await render('prometheusRule.enabled=true')).find(({ kind }) => kind === 'PrometheusRule');
    const files = ['loadtest.yaml', 'recording.yaml'].map((name) => readFileSync(join(chart, 'rules', name), 'utf8'));
    const groups = files.flatMap((text) => (parse(text) as { groups: unknown[] }).groups);
    assert.deepEqual((rule as { spec?: { groups?: unknown[] } }).spec?.groups, groups);
  });

  it('has a GrafanaDashboard for each dashboard in its ConfigMap', async () => {
    type Dashboard = { spec: { configMapRef: { name: string; key: string }; folder: string } };
    type Files = { metadata: { name: string }; data: Record<string, string> };
    const manifests = await render('grafanaDashboard.enabled=true', 'grafanaDashboard.folder=Load');
    const ofKind = <T>(wanted: string) => manifests.filter(({ kind }) => kind === wanted) as unknown as T[];
    const [files] = ofKind<Files>('ConfigMap');
    assert.ok(files);
    assert.deepEqual(
      ofKind<Dashboard>('GrafanaDashboard').map(({ spec }) => spec),
      Object.keys(files.data).map((key) => ({
        allowCrossNamespaceImport: true,
        instanceSelector: { matchLabels: { dashboards: 'grafana' } },
        folder: 'Load',
        configMapRef: { name: files.metadata.name, key },
      })),
    );
    assert.equal(Object.keys(files.data).length, dashboardFiles().length);
  });

  for (const [value, field] of [
    ['image.pullPolicy=Sometimes', '/image/pullPolicy'],
    ['service.reportPort=80', '/service/reportPort'],
    ['watchNamespace=Not_A_Name', '/watchNamespace'],
    ['runner.imgae=x', '/runner'],
    ['podMonitor.interval=often', '/podMonitor/interval'],
    ['runner.firstScrapeWait=121s', '/runner/firstScrapeWait'],
    ['replicas=0', 'replicas'],
    ['limits.maxRate=-1', '/limits/maxRate'],
    ['limits.maxDuration=long', '/limits/maxDuration'],
    ['limits.allowedHosts={Shop}', '/limits/allowedHosts'],
    ['limits.deniedAddresses={10.0.0.0}', '/limits/deniedAddresses'],
  ] as const) {
    it(`rejects ${value} and names the field`, async () => {
      await assert.rejects(render(value), (error) => {
        assert.ok(error instanceof CommandError);
        assert.ok(error.stderr.includes(field), error.stderr);
        return true;
      });
    });
  }
});
