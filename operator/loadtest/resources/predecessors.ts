import { ANNOTATION_PREDECESSORS } from '../../../api/common/names.ts';
import { type Predecessors, predecessorsSchema } from '../../../api/protocol/predecessors.ts';
import type { Job } from '../../kube/types.ts';

/** The Jobs that a Job replaces; undefined for the first one of a test. */
export function predecessorsOf(job: Job | undefined): Predecessors | undefined {
  const text = job?.metadata.annotations?.[ANNOTATION_PREDECESSORS];
  if (text === undefined) return undefined;
  try {
    return predecessorsSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The annotation that {@link predecessorsOf} reads. */
export function predecessorsAnnotation(predecessors: Predecessors): Record<string, string> {
  return { [ANNOTATION_PREDECESSORS]: JSON.stringify(predecessors) };
}
