import { setNewest } from '../../../model/common/newest.ts';
import type { KubeObject } from '../../kube/types.ts';
import { keyOf } from './loadtest-resource.ts';

const MAX_JOBS = 1000;

/**
 * The Jobs that were deleted last, without what they need no more. Their pods are known by the Job's uid, as those of any Job: they are still
 * to be stopped, and may leave a termination message.
 */
export class DeletedJobs {
  readonly #jobs = new Map<string, KubeObject>();

  /** Processes an event of the watch. */
  saw({ metadata: { annotations: _, ...metadata } }: KubeObject, { exists }: { exists: boolean }): void {
    const key = keyOf(metadata);
    if (exists) this.#jobs.delete(key);
    else setNewest(this.#jobs, key, { metadata }, MAX_JOBS);
  }

  get(namespace: string, name: string): KubeObject | undefined {
    return this.#jobs.get(keyOf({ namespace, name }));
  }
}
