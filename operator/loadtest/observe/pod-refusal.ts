import { isTrue } from '../../../api/status/conditions.ts';
import { lastPodRefusal } from '../../kube/api.ts';
import { errorText } from '../../runtime/log.ts';
import type { LoadTestDependencies } from '../dependencies.ts';
import type { LoadTestResource } from '../resources/loadtest-resource.ts';
import { lacksPods } from '../resources/pods.ts';
import { jobAndPods } from './observe.ts';

/** Pods that a Job has not made this long after it was made may have been refused. */
const PODS_DUE_MS = 1500;

/**
 * Why the Job controller could not make a pod. Only its events say so. They are asked for while pods are missing, and at no other time.
 */
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
    // Not to know why pods are missing is no reason to do nothing else.
    const { namespace, name } = test.metadata;
    dependencies.log.warn('could not ask why pods are missing', { namespace, name, error: errorText(error) });
    return undefined;
  }
}
