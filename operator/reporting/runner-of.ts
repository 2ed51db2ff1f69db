import { jobName, LABEL_TEST, LABEL_TEST_UID } from '../../api/names.ts';
import type { Pod } from '../kube/types.ts';
import { indexOf } from '../loadtest/pods.ts';

/** Which runner of which LoadTest a pod is. */
export type RunnerIdentity = { namespace: string; name: string; uid: string; index: number; podUid: string };

/**
 * The runner that a pod is; undefined when it is none. Labels alone anyone may set who may make pods: the pod must also belong to the
 * Job that the LoadTest has.
 */
export function runnerOf({ metadata }: Pod): RunnerIdentity | undefined {
  const name = metadata.labels?.[LABEL_TEST];
  const uid = metadata.labels?.[LABEL_TEST_UID];
  const index = indexOf({ metadata });
  if (name === undefined || uid === undefined || index < 0) return undefined;
  const own = jobName({ name, uid });
  const isOwned = metadata.ownerReferences?.some((o) => o.controller === true && o.kind === 'Job' && o.name === own);
  return isOwned ? { namespace: metadata.namespace, name, uid, index, podUid: metadata.uid } : undefined;
}
