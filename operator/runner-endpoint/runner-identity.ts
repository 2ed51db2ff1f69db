import { jobName, LABEL_TEST, LABEL_TEST_UID } from '../../api/common/names.ts';
import { isControlledBy } from '../kube/owner.ts';
import type { Job, Pod } from '../kube/types.ts';
import { indexOf, isOfJob } from '../loadtest/resources/pods.ts';

/** The runner that a pod is, and its LoadTest. */
export type RunnerIdentity = { namespace: string; name: string; uid: string; index: number; podUid: string };

/** Finds the Job of that name. */
export type FindJob = (namespace: string, name: string) => Job | undefined;

/**
 * The runner that a pod is; undefined for any other pod. A runner belongs to the Job of its LoadTest, by the Job's uid. Without that Job, as
 * after a deletion, its name is enough: the pods of a deleted Job must still be stopped.
 */
export function runnerOf(pod: Pod, findJob: FindJob): RunnerIdentity | undefined {
  const { metadata } = pod;
  const name = metadata.labels?.[LABEL_TEST];
  const uid = metadata.labels?.[LABEL_TEST_UID];
  const index = indexOf(pod);
  if (name === undefined || uid === undefined || index < 0) return undefined;
  const { namespace } = metadata;
  const own = jobName({ name, uid });
  const job = findJob(namespace, own);
  if (job !== undefined && !isControlledBy(job, uid)) return undefined;
  return isOfJob(pod, own, job) ? { namespace, name, uid, index, podUid: metadata.uid } : undefined;
}
