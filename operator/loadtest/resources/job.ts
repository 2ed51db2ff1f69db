import { LOAD_TEST } from '../../../api/common/group.ts';
import { jobName, LABEL_QUEUE, LABEL_QUEUE_PRIORITY } from '../../../api/common/names.ts';
import { controlledBy } from '../../kube/owner.ts';
import type { JobManifest } from '../../kube/types.ts';
import type { Config } from '../../runtime/config.ts';
import { labelsOf } from './labels.ts';
import type { AcceptedLoadTest } from './loadtest-resource.ts';
import { podTemplate } from './pod-template.ts';

/** How many successors a runner may have. With the pauses between them, which double, this takes more than an hour. */
const SUCCESSORS = 10;

/**
 * The Job that runs a LoadTest. Before the load, a pod that ends gets a successor, for which the barrier waits. Under load, a successor is
 * stopped at once: with it the load would not be the load of the spec.
 */
export function jobManifest({ metadata, spec }: AcceptedLoadTest, config: Config): JobManifest {
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
      ownerReferences: controlledBy(LOAD_TEST.kind, { name, uid }),
    },
    spec: {
      // Kueue resumes it when there is room.
      ...(queueLabels[LABEL_QUEUE] !== undefined && { suspend: true }),
      completionMode: 'Indexed',
      completions: replicas,
      parallelism: replicas,
      backoffLimitPerIndex: SUCCESSORS,
      podReplacementPolicy: 'TerminatingOrFailed',
      template: podTemplate({ metadata, spec }, config),
    },
  };
}

function pick(labels: Record<string, string>, keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => keys.includes(key)));
}
