import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { type KubernetesObject, parseObjects, withoutHelmsMarks } from '../../../../scripts/release/kubernetes.ts';
import { exampleObjects, installManifest } from '../../../../scripts/release/manifests.ts';
import { bundleFiles } from '../../../../scripts/release/olm.ts';

const labels = { 'app.kubernetes.io/managed-by': 'Helm', 'helm.sh/chart': 'c-1', 'app.kubernetes.io/name': 'x' };
const object = (kind: string, fields: object = {}, annotations?: Record<string, string>): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'x', namespace: 'system', labels, ...(annotations && { annotations }) },
  ...fields,
});
const definition = (kind: string) => ({
  ...object('CustomResourceDefinition', { spec: { names: { kind }, versions: [{ name: 'v1', schema: {} }] } }),
  metadata: { name: `${kind.toLowerCase()}s.loadtest.dev` },
});
const RENDERED: KubernetesObject[] = [
  definition('LoadTest'),
  definition('ScheduledLoadTest'),
  object('ServiceAccount'),
  object('Deployment', { spec: { replicas: 1, template: { metadata: { labels }, spec: {} } } }),
  object('ClusterRole', { rules: [{ apiGroups: ['batch'], resources: ['jobs'], verbs: ['list'] }] }),
  object('ClusterRole', {
    rules: [{ apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'], verbs: ['create'] }],
  }),
  object('Role', { rules: [{ apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get'] }] }),
  object('Service', { spec: {} }, { 'helm.sh/resource-policy': 'keep', note: 'stays' }),
  object('ValidatingAdmissionPolicy'),
  object('Pod', {}, { 'helm.sh/hook': 'test' }),
];

describe('a rendered chart without Helm', () => {
  const objects = withoutHelmsMarks(RENDERED, 'kubectl');
  it('has no hooks', () => assert.ok(!objects.some(({ kind }) => kind === 'Pod')));
  it('has no labels and annotations of Helm', () => assert.doesNotMatch(JSON.stringify(objects), /helm\.sh|Helm/));
  it('keeps the others', () => {
    const service = objects.find(({ kind }) => kind === 'Service');
    assert.deepEqual(service?.metadata.annotations, { note: 'stays' });
    assert.deepEqual(service?.metadata.labels, {
      'app.kubernetes.io/managed-by': 'kubectl',
      'app.kubernetes.io/name': 'x',
    });
  });
});

it('install.yaml begins with the namespace, which enforces the restricted standard', () => {
  const [first, ...rest] = parseObjects(installManifest(RENDERED, '1.2.3'));
  assert.deepEqual(first?.metadata, {
    name: 'loadtest-system',
    labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
  });
  assert.deepEqual(rest, withoutHelmsMarks(RENDERED, 'kubectl'));
});

describe('the OLM bundle', () => {
  const input = {
    ...{ version: '1.2.3', image: 'reg/op@sha256:0f', source: 'https://git.example/op', created: new Date(0) },
    ...{ objects: withoutHelmsMarks(RENDERED, 'olm'), examples: exampleObjects() },
  };
  const files = bundleFiles(input);
  const csv = parse(files.get('manifests/loadtest-operator.clusterserviceversion.yaml') ?? '');

  it('has the Deployment and the rules of all roles in the ClusterServiceVersion', () => {
    const { clusterPermissions, permissions, deployments } = csv.spec.install.spec;
    const resources = ([{ rules }]: { rules: { resources: string[] }[] }[] | [never]) =>
      rules.flatMap((rule) => rule.resources);
    assert.deepEqual(
      [resources(clusterPermissions), resources(permissions), deployments[0].spec.replicas],
      [['jobs', 'tokenreviews'], ['leases'], 1],
    );
  });
  it('owns both kinds, with an example of each', () => {
    const owned = csv.spec.customresourcedefinitions.owned.map(({ kind }: { kind: string }) => kind);
    const examples = JSON.parse(csv.metadata.annotations['alm-examples']).map(({ kind }: { kind: string }) => kind);
    assert.deepEqual(
      [owned, examples],
      [
        ['LoadTest', 'ScheduledLoadTest'],
        ['LoadTest', 'ScheduledLoadTest'],
      ],
    );
  });
  it('names no namespace, which OLM chooses', () =>
    assert.doesNotMatch([...files.values()].join('\n'), /namespace: system/));
  it('has files for the objects that OLM installs beside it', () =>
    assert.deepEqual([...files.keys()].sort(), [
      'bundle.Dockerfile',
      'manifests/loadtest-operator.clusterserviceversion.yaml',
      'manifests/loadtests.loadtest.dev.customresourcedefinition.yaml',
      'manifests/scheduledloadtests.loadtest.dev.customresourcedefinition.yaml',
      'manifests/x.service.yaml',
      'metadata/annotations.yaml',
    ]));
  it('cannot be built with an object of a kind that nobody has thought of', () =>
    assert.throws(() => bundleFiles({ ...input, objects: [...input.objects, object('DaemonSet')] }), /DaemonSet x/));
});
