import { msToSeconds } from '../../../api/common/duration.ts';
import { RUNNER_CONTAINER, TOKEN_AUDIENCE } from '../../../api/common/names.ts';
import { DEFAULT_RUNNER_REQUESTS, type RunnersTemplate } from '../../../api/loadtest/pod/template.ts';
import { keyReferences, referencePath } from '../../../api/loadtest/references.ts';
import type { Config } from '../../runtime/config.ts';
import type { AcceptedLoadTest } from './loadtest-resource.ts';
import { type Container, type PodFields, type PodSpec, restricted } from './pod-fields.ts';

type Volume = NonNullable<PodSpec['volumes']>[number];

const RUN_DIR = '/var/run/loadtest';
/** The port of /metrics in the pod. */
export const METRICS_PORT = 8080;
const TOKEN_SECONDS = 3600;
/**
 * The main thread does little and has a young generation for that: 3 MiB. That heaps grow in small steps a runner sees to itself, once it has
 * started (docs/design/0032-memory-and-start.md). No signal opens an inspector (docs/design/0030-what-a-script-may-do.md).
 */
export const RUNNER_NODE_OPTIONS = ['--max-semi-space-size=1', '--disable-sigusr1'];
/** glibc would give each thread an arena of its own, whose memory it seldom frees: 97 MiB at 1,000 connections in place of 94. */
export const RUNNER_ENV = { MALLOC_ARENA_MAX: '1' };

/** Variables with which Node or the linker would run other code than the runner's. */
const NEVER_FROM_KEYS = ['NODE_OPTIONS', 'NODE_PATH', 'LD_PRELOAD', 'LD_LIBRARY_PATH', 'LD_AUDIT'];

/** The container of the load generator. */
export function runnerContainer(
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

/** The volumes that {@link runnerContainer} mounts: its token, and the values of the spec's references. */
export function runnerVolumes(spec: AcceptedLoadTest['spec']): Volume[] {
  return [tokenVolume(), valuesVolume(spec)];
}

/** The resources of a runner. Kubernetes takes a limit without a request as the request, too. */
function resourcesOf({ requests, limits = {} }: NonNullable<RunnersTemplate['resources']> = {}) {
  const defaults = Object.entries(DEFAULT_RUNNER_REQUESTS).filter(([name]) => limits[name] === undefined);
  return {
    requests: { ...Object.fromEntries(defaults), ...requests },
    ...(Object.keys(limits).length > 0 && { limits }),
  };
}

function tokenVolume(): Volume {
  const serviceAccountToken = { path: 'token', audience: TOKEN_AUDIENCE, expirationSeconds: TOKEN_SECONDS };
  return { name: 'token', projected: { sources: [{ serviceAccountToken }] } };
}

/** The pod starts without a missing key, so that the runner can name the key at once. */
function valuesVolume(spec: AcceptedLoadTest['spec']): Volume {
  const sources = keyReferences(spec).map((ref) => {
    const projection = { name: ref.name, optional: true, items: [{ key: ref.key, path: referencePath(ref) }] };
    return ref.kind === 'Secret' ? { secret: projection } : { configMap: projection };
  });
  return { name: 'values', projected: { sources } };
}
