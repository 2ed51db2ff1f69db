import { msToSeconds } from '../../../api/common/duration.ts';
import { LABEL_TEST_UID, RUNNER_CONTAINER, TOKEN_AUDIENCE } from '../../../api/common/names.ts';
import { DEFAULT_RUNNER_REQUESTS, type RunnersTemplate } from '../../../api/loadtest/pod/template.ts';
import { keyReferences, referencePath } from '../../../api/loadtest/references.ts';
import type { JobManifest } from '../../kube/types.ts';
import type { Config } from '../../runtime/config.ts';
import { labelsOf } from './labels.ts';
import type { AcceptedLoadTest } from './loadtest-resource.ts';
import { mergedTemplate } from './merged-template.ts';

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

/** The fields of a template that the pod has in another place, or in another form. */
const CHANGED = new Set<string>([
  ...(['labels', 'annotations', 'resources', 'env', 'envFrom', 'volumes', 'volumeMounts'] as const),
  ...(['initContainers', 'sidecars', 'securityContext', 'containerSecurityContext'] as const),
] satisfies (keyof RunnersTemplate)[]);
/** Variables with which Node or the linker would run other code than the runner's. */
const NEVER_FROM_KEYS = ['NODE_OPTIONS', 'NODE_PATH', 'LD_PRELOAD', 'LD_LIBRARY_PATH', 'LD_AUDIT'];

type PodTemplate = JobManifest['spec'] extends infer S
  ? NonNullable<S> extends { template: infer T }
    ? T
    : never
  : never;
type PodSpec = NonNullable<PodTemplate['spec']>;
type Container = PodSpec['containers'][number];
type SecurityContext = NonNullable<Container['securityContext']>;
/** A template in the client's types, in which a field is absent and never undefined, as in what the schema has parsed. */
type PodFields = Pick<RunnersTemplate, 'labels' | 'annotations' | 'resources'> &
  Pick<Container, 'env' | 'envFrom' | 'volumeMounts'> &
  Pick<PodSpec, 'volumes' | 'initContainers' | 'securityContext'> & {
    sidecars?: Container[];
    containerSecurityContext?: SecurityContext;
  };

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
  const template = mergedTemplate(config.runnerTemplate, spec.runners.template ?? {}) as PodFields;
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
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'kubernetes.io/hostname',
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: { [LABEL_TEST_UID]: metadata.uid } },
        },
      ],
      ...scheduling(template),
      // The UID is the image's, or one that the platform gives.
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' }, ...template.securityContext },
      ...otherContainers(template),
      containers: [runnerContainer(metadata, template, config)],
      volumes: [tokenVolume(), valuesVolume(spec), ...(template.volumes ?? [])],
    },
  };
}

/** The fields of the template that the pod has unchanged. */
function scheduling(template: PodFields): Partial<PodSpec> {
  return Object.fromEntries(Object.entries(template).filter(([name]) => !CHANGED.has(name)));
}

/** The containers beside the runner. A sidecar is an init container that goes on, so that it ends with the runner. */
function otherContainers({ initContainers = [], sidecars = [] }: PodFields): Partial<PodSpec> {
  const others = [...initContainers, ...sidecars.map((sidecar) => ({ ...sidecar, restartPolicy: 'Always' }))];
  if (others.length === 0) return {};
  return {
    initContainers: others.map((c) => ({ ...c, securityContext: restricted(c.securityContext) })),
  };
}

/** A security context with the defaults of the restricted Pod Security Standard. */
function restricted(context: SecurityContext = {}): SecurityContext {
  return {
    ...(context.privileged !== true && { allowPrivilegeEscalation: false }),
    ...context,
    capabilities: { drop: ['ALL'], ...context.capabilities },
  };
}

function runnerContainer(
  metadata: AcceptedLoadTest['metadata'],
  { env = [], envFrom, resources, volumeMounts = [], containerSecurityContext }: PodFields,
  config: Config,
): Container {
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
      { name: 'LOADTEST_FIRST_SCRAPE_SECONDS', value: String(msToSeconds(config.firstScrapeMs)) },
      ...Object.entries(RUNNER_ENV).map(([name, value]) => ({ name, value })),
      // A key of that name must not change how the runner starts.
      ...(envFrom === undefined ? [] : NEVER_FROM_KEYS.map((name) => ({ name, value: '' }))),
      ...env,
    ],
    ...(envFrom && { envFrom }),
    ports: [{ name: 'metrics', containerPort: METRICS_PORT }],
    resources: resourcesOf(resources),
    securityContext: { readOnlyRootFilesystem: true, ...restricted(containerSecurityContext) },
    volumeMounts: [
      { name: 'token', mountPath: `${RUN_DIR}/token`, readOnly: true },
      { name: 'values', mountPath: `${RUN_DIR}/values`, readOnly: true },
      ...volumeMounts,
    ],
  };
}

/** The resources of a runner. Kubernetes takes a limit without a request as the request, too. */
function resourcesOf({ requests, limits = {} }: NonNullable<RunnersTemplate['resources']> = {}) {
  const defaults = Object.entries(DEFAULT_RUNNER_REQUESTS).filter(([name]) => limits[name] === undefined);
  return {
    requests: { ...Object.fromEntries(defaults), ...requests },
    ...(Object.keys(limits).length > 0 && { limits }),
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
