import { LABEL_TEST_UID } from '../../../api/common/names.ts';
import type { RunnersTemplate } from '../../../api/loadtest/pod/template.ts';
import type { Config } from '../../runtime/config.ts';
import { labelsOf } from './labels.ts';
import type { AcceptedLoadTest } from './loadtest-resource.ts';
import { mergedTemplate } from './merged-template.ts';
import { type PodFields, type PodSpec, type PodTemplate, restricted } from './pod-fields.ts';
import { METRICS_PORT, runnerContainer, runnerVolumes } from './runner-container.ts';

/** The fields of a template that the pod has in another place, or in another form. */
const CHANGED = new Set<string>([
  ...(['labels', 'annotations', 'resources', 'env', 'envFrom', 'volumes', 'volumeMounts'] as const),
  ...(['initContainers', 'sidecars', 'securityContext', 'containerSecurityContext'] as const),
] satisfies (keyof RunnersTemplate)[]);

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
      volumes: [...runnerVolumes(spec), ...(template.volumes ?? [])],
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
