import { isTrue } from '../../../api/status/conditions.ts';
import { lastPodRefusal } from '../../kube/api.ts';
import { errorText } from '../../runtime/log.ts';
import type { LoadTestDependencies } from '../dependencies.ts';
import type { LoadTestResource } from '../resources/loadtest-resource.ts';
import { lacksPods } from '../resources/pods.ts';
import { jobAndPods } from './observe.ts';

/** Pods that do not exist so long after the creation of their Job may have been refused. */
const PODS_DUE_MS = 1500;

/** Why the Job controller could not create a pod. Only its events hold the reason; they are read while pods are missing, and at no other time. */
export async function podRefusal(
  dependencies: LoadTestDependencies,
  test: LoadTestResource,
): Promise<string | undefined> {
  const { job, pods } = jobAndPods(dependencies, test);
  if (test.spec === undefined || test.status.loadStartTime !== undefined || job === undefined) return undefined;
  if (isTrue(test.status.conditions, 'Complete')) return undefined;
  if (!lacksPods({ job, pods }, test.spec.runners.replicas)) return undefined;
  if (dependencies.now() - Date.parse(job.metadata.creationTimestamp) < PODS_DUE_MS) return undefined;
  try {
    return await lastPodRefusal(dependencies.client, job.metadata);
  } catch (error) {
    // The reconcile goes on without the reason.
    const { namespace, name } = test.metadata;
    dependencies.log.warn('could not find out why pods are missing', { namespace, name, error: errorText(error) });
    return undefined;
  }
}
