import { ANNOTATION_STOP } from '../../api/common/names.ts';
import { isTrue } from '../../api/status/conditions.ts';
import { getLoadTest, RESOURCE } from './cluster-loadtest.ts';
import type { Kubectl } from './kubectl.ts';

/** Asks the operator to end a LoadTest and keep its result so far; returns a line for the user. A complete test stays unchanged. */
export async function stopTest(kubectl: Kubectl, name: string): Promise<{ done: string } | { problem: string }> {
  const found = await getLoadTest(kubectl, name);
  if ('problem' in found) return { problem: found.problem };
  if (isTrue(found.test.status.conditions, 'Complete')) return { done: `${name} is already complete` };
  const response = await kubectl(['annotate', '--overwrite', RESOURCE, name, `${ANNOTATION_STOP}=true`]);
  return 'problem' in response ? { problem: response.problem } : { done: `${name} is stopping` };
}
