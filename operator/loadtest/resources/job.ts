import { LOAD_TEST } from '../../../api/common/group.ts';
import { jobName, LABEL_QUEUE, LABEL_QUEUE_PRIORITY } from '../../../api/common/names.ts';
import type { Predecessors } from '../../../api/protocol/predecessors.ts';
import { controlledBy } from '../../kube/owner.ts';
import type { JobManifest } from '../../kube/types.ts';
import type { Config } from '../../runtime/config.ts';
import { labelsOf } from './labels.ts';
import type { AcceptedLoadTest } from './loadtest-resource.ts';
import { podTemplate } from './pod-template.ts';
import { predecessorsAnnotation } from './predecessors.ts';

/** What a Job takes over from the one that it replaces. */
export type Replaced = { predecessors: Predecessors; suspended: boolean };

/**
 * The Job that runs a LoadTest. A pod that ends gets no successor: under load, the load would not be that of the spec. Before the load, the
 * operator replaces the whole Job (docs/design/0014-lost-runners.md).
 */
export function jobManifest({ metadata, spec }: AcceptedLoadTest, config: Config, replaced?: Replaced): JobManifest {
  const { namespace, name, uid } = metadata;
  const { replicas } = spec.runners;
  const queueLabels = pick(metadata.labels ?? {}, [LABEL_QUEUE, LABEL_QUEUE_PRIORITY]);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      namespace,
      name: jobName({ name, uid }),
      labels: { ...queueLabels, ...labelsOf({ name, uid }) },
      ...(replaced && { annotations: predecessorsAnnotation(replaced.predecessors) }),
      ownerReferences: controlledBy(LOAD_TEST.kind, { name, uid }),
    },
    spec: {
      // Kueue resumes it when there is room.
      ...((queueLabels[LABEL_QUEUE] !== undefined || replaced?.suspended) && { suspend: true }),
      completionMode: 'Indexed',
      completions: replicas,
      parallelism: replicas,
      // The Job lets go of a pod that ended at once; with successors, it would keep the pod until the successor exists.
      backoffLimitPerIndex: 0,
      podReplacementPolicy: 'TerminatingOrFailed',
      template: podTemplate({ metadata, spec }, config),
    },
  };
}

function pick(labels: Record<string, string>, keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => keys.includes(key)));
}
