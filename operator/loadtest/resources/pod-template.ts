import { LABEL_TEST_UID, RUNNER_CONTAINER, TOKEN_AUDIENCE } from '../../../api/common/names.ts';
import { keyReferences, referencePath } from '../../../api/loadtest/references.ts';
import type { JobManifest } from '../../kube/types.ts';
import type { Config } from '../../runtime/config.ts';
import { labelsOf } from './labels.ts';
import type { AcceptedLoadTest } from './loadtest-resource.ts';

const RUN_DIR = '/var/run/loadtest';
const METRICS_PORT = 8080;
const TOKEN_SECONDS = 3600;
/**
 * The main thread does little and has a young generation for that: 3 MiB. That heaps grow in small steps a runner sees to itself, once it has
 * started (docs/design/0032-memory-and-start.md). No signal opens an inspector (docs/design/0030-what-a-script-may-do.md).
 */
export const RUNNER_NODE_OPTIONS = ['--max-semi-space-size=1', '--disable-sigusr1'];
/** glibc would give each thread an arena of its own, whose memory it seldom frees: 97 MiB at 1,000 connections in place of 94. */
export const RUNNER_ENV = { MALLOC_ARENA_MAX: '1' };
/** The user `nonroot` of common base images. */
const NON_ROOT = 65532;

type PodTemplate = JobManifest['spec'] extends infer S
  ? NonNullable<S> extends { template: infer T }
    ? T
    : never
  : never;
type PodSpec = NonNullable<PodTemplate['spec']>;

/** Istio reads the label, and older versions the annotation: a template that sets one of them sets both. */
const ISTIO = 'sidecar.istio.io/inject';

/** The annotations for a Prometheus that discovers pods by itself. With a PodMonitor as well, it would scrape each runner twice. */
const SCRAPE = {
  'prometheus.io/scrape': 'true',
  'prometheus.io/port': String(METRICS_PORT),
  'prometheus.io/path': '/metrics',
};

/** The pod of a runner, with the fields of the spec's template. Its only permission in the cluster is to send updates. */
export function podTemplate(
  { metadata, spec }: Pick<AcceptedLoadTest, 'metadata' | 'spec'>,
  config: Config,
): PodTemplate {
  const template = spec.runners.template ?? {};
  const labels = labelsOf(metadata);
  return {
    metadata: {
      labels: { [ISTIO]: template.annotations?.[ISTIO] ?? 'false', ...template.labels, ...labels },
      annotations: {
        ...(config.scrapeAnnotations && SCRAPE),
        // A sidecar proxy would keep the Job from ending, and its own performance would be measured.
        [ISTIO]: template.labels?.[ISTIO] ?? 'false',
        'linkerd.io/inject': 'disabled',
        ...template.annotations,
      },
    },
    spec: {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 5,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: NON_ROOT,
        runAsGroup: NON_ROOT,
        // Only the owner and the group may read the file of the token.
        fsGroup: NON_ROOT,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'kubernetes.io/hostname',
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: { [LABEL_TEST_UID]: metadata.uid } },
        },
      ],
      ...scheduling(template),
      containers: [runnerContainer({ metadata, spec }, config)],
      volumes: [tokenVolume(), valuesVolume(spec)],
    },
  };
}

/** The fields of the template that the pod has unchanged. */
function scheduling(template: NonNullable<AcceptedLoadTest['spec']['runners']['template']>): Partial<PodSpec> {
  const { labels: _, annotations: __, resources: ___, ...rest } = template;
  // The schema leaves these fields to the API server, which validates them better than the client's types could.
  return rest as object as Partial<PodSpec>;
}

function runnerContainer(
  { metadata, spec }: Pick<AcceptedLoadTest, 'metadata' | 'spec'>,
  config: Config,
): PodSpec['containers'][number] {
  const { resources } = spec.runners.template ?? {};
  return {
    name: RUNNER_CONTAINER,
    image: config.runnerImage,
    imagePullPolicy: config.runnerImagePullPolicy,
    command: ['node', ...RUNNER_NODE_OPTIONS, '/app/runner.mjs'],
    env: [
      { name: 'LOADTEST_OPERATOR_URL', value: config.operatorUrl },
      { name: 'LOADTEST_TOKEN_FILE', value: `${RUN_DIR}/token/token` },
      { name: 'LOADTEST_VALUES_DIR', value: `${RUN_DIR}/values` },
      { name: 'LOADTEST_METRICS_PORT', value: String(METRICS_PORT) },
      { name: 'LOADTEST_NAMESPACE', value: metadata.namespace },
      { name: 'LOADTEST_NAME', value: metadata.name },
      {
        name: 'LOADTEST_RUNNER_INDEX',
        valueFrom: { fieldRef: { fieldPath: "metadata.annotations['batch.kubernetes.io/job-completion-index']" } },
      },
      ...Object.entries(RUNNER_ENV).map(([name, value]) => ({ name, value })),
    ],
    ports: [{ name: 'metrics', containerPort: METRICS_PORT }],
    resources: {
      requests: { cpu: '100m', memory: '96Mi', ...resources?.requests },
      ...(resources?.limits === undefined ? {} : { limits: resources.limits }),
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: 'token', mountPath: `${RUN_DIR}/token`, readOnly: true },
      { name: 'values', mountPath: `${RUN_DIR}/values`, readOnly: true },
    ],
  };
}

function tokenVolume(): NonNullable<PodSpec['volumes']>[number] {
  const serviceAccountToken = { path: 'token', audience: TOKEN_AUDIENCE, expirationSeconds: TOKEN_SECONDS };
  return { name: 'token', projected: { sources: [{ serviceAccountToken }] } };
}

/** The pod starts without a missing key, so that the runner can name the key at once. */
function valuesVolume(spec: AcceptedLoadTest['spec']): NonNullable<PodSpec['volumes']>[number] {
  const sources = keyReferences(spec).map((ref) => {
    const projection = { name: ref.name, optional: true, items: [{ key: ref.key, path: referencePath(ref) }] };
    return ref.kind === 'Secret' ? { secret: projection } : { configMap: projection };
  });
  return { name: 'values', projected: { sources } };
}
