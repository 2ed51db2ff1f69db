import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { operatorLimitsSchema } from '../../../../api/common/operator-limits.ts';
import { jobManifest } from '../../../../operator/loadtest/resources/job.ts';
import type { AcceptedLoadTest } from '../../../../operator/loadtest/resources/loadtest-resource.ts';
import { RUNNER_NODE_OPTIONS } from '../../../../operator/loadtest/resources/runner-container.ts';
import { JOB, loadTest, UID } from '../../../support/operator/operator-fixtures.ts';

const CONFIG = {
  runnerImage: 'example.com/runner:1',
  runnerImagePullPolicy: 'Never' as const,
  scrapeAnnotations: true,
  firstScrapeMs: 75_000,
  runnerTemplate: {},
  operatorUrl: 'http://operator:8090',
  reportPort: 8090,
  metricsPort: 8080,
  limits: operatorLimitsSchema.parse({}),
};

const manifest = (spec: Record<string, unknown> = {}) => jobManifest(loadTest(spec) as AcceptedLoadTest, CONFIG);
const podOf = (spec?: Record<string, unknown>) => manifest(spec).spec!.template.spec!;

test('the Job is indexed, lets go of a pod that fails, and belongs to its LoadTest', () => {
  const { metadata, spec } = manifest();
  assert.equal(metadata?.name, JOB);
  const { completionMode, completions, parallelism, backoffLimitPerIndex, podReplacementPolicy } = spec!;
  assert.deepEqual(
    { completionMode, completions, parallelism, backoffLimitPerIndex, podReplacementPolicy },
    {
      completionMode: 'Indexed',
      completions: 2,
      parallelism: 2,
      // With successors, the Job controller would keep the failed pod until its successor exists.
      backoffLimitPerIndex: 0,
      podReplacementPolicy: 'TerminatingOrFailed',
    },
  );
  assert.deepEqual(metadata?.ownerReferences, [
    {
      apiVersion: 'loadtest.dev/v1alpha1',
      kind: 'LoadTest',
      name: 'checkout',
      uid: UID,
      controller: true,
      blockOwnerDeletion: true,
    },
  ]);
});

test('the pod meets the restricted security profile and has no credentials of the cluster', () => {
  const pod = podOf();
  assert.equal(pod.automountServiceAccountToken, false);
  assert.equal(pod.securityContext?.runAsNonRoot, true);
  assert.deepEqual(pod.securityContext?.seccompProfile, { type: 'RuntimeDefault' });
  assert.deepEqual(pod.containers[0]?.securityContext, {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
  assert.deepEqual(pod.volumes?.[0]?.projected?.sources, [
    { serviceAccountToken: { path: 'token', audience: 'loadtest-operator', expirationSeconds: 3600 } },
  ]);
});

test('the pod has the annotations for Prometheus, unless scrapeAnnotations is false', () => {
  const scrapeOf = (scrapeAnnotations: boolean) => {
    const { spec } = jobManifest(loadTest() as AcceptedLoadTest, { ...CONFIG, scrapeAnnotations });
    const { annotations = {} } = spec!.template.metadata!;
    return Object.entries(annotations).filter(([key]) => key.startsWith('prometheus.io/'));
  };
  const [scrape, port, path] = scrapeOf(true);
  assert.deepEqual([scrape?.[1], port?.[1], path?.[1]], ['true', '8080', '/metrics']);
  assert.deepEqual(scrapeOf(false), []);
});

test('the runner starts with the Node options that limit the growth of its heap', () => {
  assert.deepEqual(podOf().containers[0]?.command, ['node', ...RUNNER_NODE_OPTIONS, '/app/runner.mjs']);
});

test('the environment of the runner has the URL of the operator, its files, and a single malloc arena', () => {
  const env = Object.fromEntries((podOf().containers[0]?.env ?? []).map((e) => [e.name, e.value ?? e.valueFrom]));
  assert.deepEqual(env, {
    LOADTEST_FIRST_SCRAPE_SECONDS: '75',
    LOADTEST_OPERATOR_URL: 'http://operator:8090',
    LOADTEST_TOKEN_FILE: '/var/run/loadtest/token/token',
    LOADTEST_VALUES_DIR: '/var/run/loadtest/values',
    LOADTEST_METRICS_PORT: '8080',
    LOADTEST_NAMESPACE: 'shop',
    LOADTEST_NAME: 'checkout',
    LOADTEST_RUNNER_INDEX: {
      fieldRef: { fieldPath: "metadata.annotations['batch.kubernetes.io/job-completion-index']" },
    },
    MALLOC_ARENA_MAX: '1',
  });
});

test('each key of a Secret or ConfigMap is mounted once, and is optional', () => {
  const target = { url: 'http://a', auth: { type: 'Basic', basic: { secretRef: { name: 'login' } } } };
  const body = { type: 'From', from: { configMapKeyRef: { name: 'orders', key: 'one.json' } } };
  const volume = podOf({
    target,
    requests: [
      { name: 'a', method: 'POST', body },
      { name: 'b', method: 'POST', body },
    ],
  }).volumes?.[1];
  assert.deepEqual(volume?.projected?.sources, [
    { secret: { name: 'login', optional: true, items: [{ key: 'username', path: 'Secret/login/username' }] } },
    { secret: { name: 'login', optional: true, items: [{ key: 'password', path: 'Secret/login/password' }] } },
    { configMap: { name: 'orders', optional: true, items: [{ key: 'one.json', path: 'ConfigMap/orders/one.json' }] } },
  ]);
});

test('the fields of the template are merged into the pod', () => {
  const template = {
    labels: { team: 'shop' },
    annotations: { 'sidecar.istio.io/inject': 'true' },
    nodeSelector: { pool: 'load' },
    serviceAccountName: 'runner',
    terminationGracePeriodSeconds: 30,
    resources: { requests: { cpu: '2' }, limits: { memory: '1Gi' } },
  };
  const { metadata, spec } = manifest({ runners: { replicas: 2, template } }).spec!.template;
  assert.equal(metadata?.labels?.team, 'shop');
  assert.equal(metadata?.labels?.['loadtest.dev/uid'], UID);
  assert.equal(metadata?.annotations?.['sidecar.istio.io/inject'], 'true');
  assert.equal(metadata?.annotations?.['linkerd.io/inject'], 'disabled');
  assert.deepEqual(spec?.nodeSelector, { pool: 'load' });
  assert.equal(spec?.serviceAccountName, 'runner');
  assert.equal(spec?.terminationGracePeriodSeconds, 30);
  assert.deepEqual(spec?.containers[0]?.resources, {
    requests: { cpu: '2' },
    limits: { memory: '1Gi' },
  });
});

describe('the requests of a runner', () => {
  const rows: [title: string, resources: object | undefined, requests: object][] = [
    ['have defaults', undefined, { cpu: '100m', memory: '96Mi' }],
    ['are those of the template', { requests: { cpu: '1' } }, { cpu: '1', memory: '96Mi' }],
    // Kubernetes takes the limit as the request.
    ['are left to a limit below the default', { limits: { cpu: '50m', memory: '90Mi' } }, {}],
    ['are left to a limit above the default', { limits: { memory: '1Gi' } }, { cpu: '100m' }],
    [
      'are those of the template beside a limit',
      { requests: { cpu: '1' }, limits: { cpu: '2' } },
      { cpu: '1', memory: '96Mi' },
    ],
  ];
  for (const [title, resources, requests] of rows)
    it(title, () =>
      assert.deepEqual(podOf({ runners: { template: { resources } } }).containers[0]?.resources?.requests, requests),
    );
});

describe('the pod of a runner', () => {
  const withTemplate = (template: object) => podOf({ runners: { template } });

  it('has no UID of ours, so that the platform may give one', () => {
    const { securityContext, containers } = podOf();
    assert.deepEqual(securityContext, { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    assert.equal(containers[0]?.securityContext?.runAsUser, undefined);
  });

  it('has the security contexts of the template over the restricted ones', () => {
    const pod = withTemplate({
      securityContext: { runAsUser: 1000, fsGroup: 2000 },
      containerSecurityContext: { readOnlyRootFilesystem: false, capabilities: { add: ['NET_BIND_SERVICE'] } },
    });
    assert.deepEqual(pod.securityContext, {
      ...{ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' }, runAsUser: 1000, fsGroup: 2000 },
    });
    assert.deepEqual(pod.containers[0]?.securityContext, {
      readOnlyRootFilesystem: false,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] },
    });
  });

  it("has the template's environment after that of the operator, and no options for Node from the keys of a Secret", () => {
    const { env = [], envFrom } = withTemplate({
      env: [{ name: 'TZ', value: 'UTC' }],
      envFrom: [{ secretRef: { name: 'keys' } }],
    }).containers[0]!;
    assert.equal(env[0]?.name, 'LOADTEST_OPERATOR_URL');
    assert.deepEqual(env.at(-1), { name: 'TZ', value: 'UTC' });
    assert.deepEqual(envFrom, [{ secretRef: { name: 'keys' } }]);
    for (const name of ['NODE_OPTIONS', 'LD_PRELOAD']) assert.equal(env.find((e) => e.name === name)?.value, '');
  });

  it("has the template's volumes and mounts after those of the operator", () => {
    const pod = withTemplate({
      volumes: [{ name: 'scratch', emptyDir: {} }],
      volumeMounts: [{ name: 'scratch', mountPath: '/tmp' }],
    });
    assert.deepEqual(
      pod.volumes?.map(({ name }) => name),
      ['token', 'values', 'scratch'],
    );
    assert.deepEqual(
      pod.containers[0]?.volumeMounts?.map(({ mountPath }) => mountPath),
      [...['/var/run/loadtest/token', '/var/run/loadtest/values', '/tmp']],
    );
  });

  it('has init containers, and sidecars that end with the runner, as restricted as it is', () => {
    const { initContainers, containers } = withTemplate({
      initContainers: [{ name: 'fetch', image: 'a' }],
      sidecars: [{ name: 'proxy', image: 'b', securityContext: { runAsUser: 7 } }],
    });
    const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
    assert.deepEqual(initContainers, [
      { name: 'fetch', image: 'a', securityContext },
      { name: 'proxy', image: 'b', restartPolicy: 'Always', securityContext: { ...securityContext, runAsUser: 7 } },
    ]);
    assert.equal(containers.length, 1);
  });

  it('has the fields of the Pod API that the template passes on', () => {
    const fields = {
      ...{ schedulerName: 'a', runtimeClassName: 'b', priorityClassName: 'c', hostNetwork: true, dnsPolicy: 'Default' },
      hostAliases: [{ ip: '10.0.0.7', hostnames: ['shop'] }],
      dnsConfig: { options: [{ name: 'ndots', value: '1' }] },
      affinity: { nodeAffinity: {} },
      tolerations: [{ operator: 'Exists' }],
      imagePullSecrets: [{ name: 'a' }],
    };
    const pod = withTemplate(fields) as object as Record<string, unknown>;
    for (const [name, value] of Object.entries(fields)) assert.deepEqual(pod[name], value, name);
  });

  it("has the chart's defaults where the test sets nothing", () => {
    const runnerTemplate = { imagePullSecrets: [{ name: 'registry' }], nodeSelector: { pool: 'load' } };
    const test = loadTest({ runners: { template: { nodeSelector: { disk: 'ssd' } } } }) as AcceptedLoadTest;
    const { spec } = jobManifest(test, { ...CONFIG, runnerTemplate }).spec!.template;
    assert.deepEqual(spec?.imagePullSecrets, [{ name: 'registry' }]);
    assert.deepEqual(spec?.nodeSelector, { pool: 'load', disk: 'ssd' });
  });
});

test('runners spread over the nodes unless the template has topologySpreadConstraints', () => {
  assert.equal(podOf().topologySpreadConstraints?.[0]?.topologyKey, 'kubernetes.io/hostname');
  const runners = { replicas: 2, template: { topologySpreadConstraints: [] } };
  assert.deepEqual(podOf({ runners }).topologySpreadConstraints, []);
});

test('a mesh injects no sidecar into a runner unless the template requests it with a label or an annotation', () => {
  const ISTIO = 'sidecar.istio.io/inject';
  const metaOf = (template: object) => manifest({ runners: { template } }).spec!.template.metadata!;
  const withoutTemplate = metaOf({});
  assert.deepEqual([withoutTemplate.labels?.[ISTIO], withoutTemplate.annotations?.[ISTIO]], ['false', 'false']);
  assert.equal(withoutTemplate.annotations?.['linkerd.io/inject'], 'disabled');
  for (const template of [{ labels: { [ISTIO]: 'true' } }, { annotations: { [ISTIO]: 'true' } }]) {
    const { labels, annotations } = metaOf(template);
    assert.deepEqual([labels?.[ISTIO], annotations?.[ISTIO]], ['true', 'true']);
  }
  const linkerd = metaOf({ annotations: { 'linkerd.io/inject': 'enabled' } });
  assert.equal(linkerd.annotations?.['linkerd.io/inject'], 'enabled');
});

test('the Job of a LoadTest with a queue of Kueue is suspended in this queue with its priority; other Jobs are not suspended', () => {
  const { metadata, ...rest } = loadTest() as AcceptedLoadTest;
  const labels = { 'kueue.x-k8s.io/queue-name': 'tests', 'kueue.x-k8s.io/priority-class': 'low', team: 'shop' };
  const { metadata: jobMetadata, spec } = jobManifest(
    { ...rest, metadata: { ...metadata, labels } } as AcceptedLoadTest,
    CONFIG,
  );
  assert.equal(spec?.suspend, true);
  assert.equal(jobMetadata?.labels?.['kueue.x-k8s.io/queue-name'], 'tests');
  assert.equal(jobMetadata?.labels?.['kueue.x-k8s.io/priority-class'], 'low');
  assert.equal(jobMetadata?.labels?.team, undefined);
  assert.equal(manifest().spec?.suspend, undefined);
});
