import { stringify } from 'yaml';
import { OLDEST_KUBERNETES } from './chart.ts';
import type { KubernetesObject } from './kubernetes.ts';

export type BundleInput = {
  version: string;
  /** Reference of the image with its digest. */
  image: string;
  /** URL of the repository. */
  source: string;
  /** Time of the commit. */
  created: Date;
  /** The objects of the chart without Helm's marks (`withoutHelmsMarks`). */
  objects: readonly KubernetesObject[];
  /** One object of each kind, for the console's forms. */
  examples: readonly KubernetesObject[];
};

type Rule = { apiGroups: string[]; resources: string[]; verbs: string[] };
type Definition = {
  metadata: { name: string };
  spec: {
    names: { kind: string };
    versions: { name: string; schema: { openAPIV3Schema: { description?: string } } }[];
  };
};

const NAME = 'loadtest-operator';
/** Kinds that a bundle has as files beside the ClusterServiceVersion. Deployment, roles and account are within it. */
const AS_FILES = ['CustomResourceDefinition', 'Service', 'ConfigMap', 'PodDisruptionBudget'];
/** Kinds that OLM cannot install. The operator checks the limits itself, too. */
const LEFT_OUT = ['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'];
const WITHIN = ['Deployment', 'ServiceAccount', 'ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'];

const DESCRIPTIONS: Record<string, string> = {
  LoadTest: 'One load test: target, requests, load and thresholds; the result and the verdict are in the status.',
  ScheduledLoadTest: 'Creates LoadTests at times, as a CronJob creates Jobs, and compares each with the one before.',
};

/**
 * The files of a bundle of the Operator Lifecycle Manager by path (https://olm.operatorframework.io/docs/tasks/creating-operator-bundle/). Throws
 * if the chart has an object of a kind that this function does not know.
 */
export function bundleFiles(input: BundleInput): Map<string, string> {
  const unknown = input.objects.find(({ kind }) => ![...AS_FILES, ...LEFT_OUT, ...WITHIN].includes(kind));
  if (unknown !== undefined) throw new Error(`an OLM bundle with ${unknown.kind} ${unknown.metadata.name}`);
  const yaml = (object: unknown) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false });
  const files = new Map([[`manifests/${NAME}.clusterserviceversion.yaml`, yaml(serviceVersion(input))]]);
  for (const object of input.objects.filter(({ kind }) => AS_FILES.includes(kind))) {
    // OLM installs into the namespace that the administrator chooses.
    const { namespace: _, ...metadata } = object.metadata;
    files.set(`manifests/${metadata.name}.${object.kind.toLowerCase()}.yaml`, yaml({ ...object, metadata }));
  }
  files.set('metadata/annotations.yaml', yaml({ annotations: ANNOTATIONS }));
  const labels = Object.entries(ANNOTATIONS).map(([key, value]) => `LABEL ${key}=${value}\n`);
  files.set(
    'bundle.Dockerfile',
    `FROM scratch\n${labels.join('')}COPY manifests /manifests/\nCOPY metadata /metadata/\n`,
  );
  return files;
}

const ANNOTATIONS = {
  'operators.operatorframework.io.bundle.mediatype.v1': 'registry+v1',
  'operators.operatorframework.io.bundle.manifests.v1': 'manifests/',
  'operators.operatorframework.io.bundle.metadata.v1': 'metadata/',
  'operators.operatorframework.io.bundle.package.v1': NAME,
  'operators.operatorframework.io.bundle.channels.v1': 'alpha',
  'operators.operatorframework.io.bundle.channel.default.v1': 'alpha',
};

function serviceVersion({ version, image, source, created, objects, examples }: BundleInput) {
  const ofKind = (kind: string) => objects.filter((object) => object.kind === kind);
  const rules = (kind: string) => ofKind(kind).flatMap(({ rules = [] }) => rules as Rule[]);
  const [account] = ofKind('ServiceAccount');
  const [deployment] = ofKind('Deployment');
  if (account === undefined || deployment === undefined)
    throw new Error('the chart has no ServiceAccount or Deployment');
  const serviceAccountName = account.metadata.name;
  return {
    apiVersion: 'operators.coreos.com/v1alpha1',
    kind: 'ClusterServiceVersion',
    metadata: {
      name: `${NAME}.v${version}`,
      annotations: {
        'alm-examples': JSON.stringify(examples, undefined, 2),
        capabilities: 'Seamless Upgrades',
        categories: 'Developer Tools, Monitoring',
        containerImage: image,
        createdAt: created.toISOString(),
        description: 'Load tests as a Kubernetes resource, with a verdict in the status.',
        repository: source,
        support: source,
      },
    },
    spec: {
      displayName: 'Load Test Operator',
      description: DESCRIPTION,
      version,
      maturity: 'alpha',
      minKubeVersion: OLDEST_KUBERNETES,
      keywords: ['load testing', 'performance', 'SLO'],
      provider: { name: 'loadtest-operator', url: source },
      links: [{ name: 'Documentation', url: `${source}/blob/v${version}/README.md` }],
      icon: [{ base64data: Buffer.from(ICON).toString('base64'), mediatype: 'image/svg+xml' }],
      installModes: ['OwnNamespace', 'SingleNamespace', 'MultiNamespace', 'AllNamespaces'].map((type) => ({
        type,
        supported: type === 'AllNamespaces',
      })),
      customresourcedefinitions: { owned: ofKind('CustomResourceDefinition').map(ownedDefinition) },
      install: {
        strategy: 'deployment',
        spec: {
          clusterPermissions: [{ serviceAccountName, rules: rules('ClusterRole') }],
          permissions: [{ serviceAccountName, rules: rules('Role') }],
          deployments: [{ name: deployment.metadata.name, label: deployment.metadata.labels, spec: deployment.spec }],
        },
      },
      relatedImages: [{ name: 'operator', image }],
    },
  };
}

function ownedDefinition(object: object) {
  const { metadata, spec } = object as Definition;
  const { kind } = spec.names;
  return {
    name: metadata.name,
    kind,
    version: spec.versions[0]?.name,
    displayName: kind.replace(/(?<=[a-z])(?=[A-Z])/g, ' '),
    description: DESCRIPTIONS[kind] ?? spec.versions[0]?.schema.openAPIV3Schema.description,
  };
}

const DESCRIPTION = `You apply a \`LoadTest\`; runner pods generate the load together; the exactly merged result appears in the status of the
resource with a verdict: passed, failed or inconclusive.

An OLM bundle cannot contain a ValidatingAdmissionPolicy: limits on tests hold in the operator alone, and not at \`kubectl apply\`.
`;

/** A gauge. */
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><path d="M8 44a24 24 0 1 1 48 0" fill="none" stroke="#326ce5" stroke-width="8"/><path d="M32 44 46 24" stroke="#d33" stroke-width="5" stroke-linecap="round"/><circle cx="32" cy="44" r="5"/></svg>`;
