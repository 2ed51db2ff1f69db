import { jobName, LABEL_TEST, LABEL_TEST_UID } from '../../../api/common/names.ts';
import { isControlledBy } from '../../kube/owner.ts';
import type { Pod } from '../../kube/types.ts';
import { type FindJob, indexOf, isOfJob } from '../../loadtest/resources/pods.ts';

/** The runner that a pod is, and its LoadTest. */
export type RunnerIdentity = { namespace: string; name: string; uid: string; index: number; podUid: string };

/** The runner that a pod is; undefined for any other pod. A runner belongs to the Job of its LoadTest, by the uids of both. */
export function runnerOf(pod: Pod, findJob: FindJob): RunnerIdentity | undefined {
  const { metadata } = pod;
  const name = metadata.labels?.[LABEL_TEST];
  const uid = metadata.labels?.[LABEL_TEST_UID];
  const index = indexOf(pod);
  if (name === undefined || uid === undefined || index < 0) return undefined;
  const { namespace } = metadata;
  const job = findJob(namespace, jobName({ name, uid }));
  if (job === undefined || !isControlledBy(job, uid) || !isOfJob(pod, job)) return undefined;
  return { namespace, name, uid, index, podUid: metadata.uid };
}
