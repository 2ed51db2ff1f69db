import { jobName, LABEL_TEST, LABEL_TEST_UID } from '../../api/common/names.ts';
import { isControlledBy } from '../kube/owner.ts';
import type { Job, Pod } from '../kube/types.ts';
import { indexOf, isOfJob } from '../loadtest/resources/pods.ts';

/** Which runner of which LoadTest a pod is. */
export type RunnerIdentity = { namespace: string; name: string; uid: string; index: number; podUid: string };

/** The Job of that name, if it is there. */
export type FindJob = (namespace: string, name: string) => Job | undefined;

/**
 * The runner that a pod is; undefined when it is none: it must belong to the Job that the LoadTest has, by its uid. While there is no such
 * Job, as after a deletion, its name has to do: the pods of one that is gone are still to be told to stop.
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
