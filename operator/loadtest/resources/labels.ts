import { LABEL_COMPONENT, LABEL_MANAGED_BY, LABEL_TEST, LABEL_TEST_UID, MANAGER } from '../../../api/common/names.ts';
import type { KubeObject } from '../../kube/types.ts';
import { keyOf } from './loadtest-resource.ts';

/** Labels of everything that is made for a LoadTest. */
export function labelsOf({ name, uid }: { name: string; uid: string }): Record<string, string> {
  return { [LABEL_MANAGED_BY]: MANAGER, [LABEL_COMPONENT]: 'runner', [LABEL_TEST]: name, [LABEL_TEST_UID]: uid };
}

/** The key of the LoadTest that a Job or Pod was made for. */
export function keyOfChild({ metadata }: KubeObject): string | undefined {
  const name = metadata.labels?.[LABEL_TEST];
  return name === undefined ? undefined : keyOf({ namespace: metadata.namespace, name });
}
