import { LABEL_COMPONENT, LABEL_MANAGED_BY, LABEL_TEST, LABEL_TEST_UID, MANAGER } from '../../../api/common/names.ts';
import type { KubeObject } from '../../kube/types.ts';
import { keyOf } from './loadtest-resource.ts';

/** The labels of every object that is created for a LoadTest. */
export function labelsOf({ name, uid }: { name: string; uid: string }): Record<string, string> {
  return { [LABEL_MANAGED_BY]: MANAGER, [LABEL_COMPONENT]: 'runner', [LABEL_TEST]: name, [LABEL_TEST_UID]: uid };
}

/** The key of the LoadTest of a Job or Pod. */
export function keyOfChild({ metadata }: KubeObject): string | undefined {
  const name = metadata.labels?.[LABEL_TEST];
  return name === undefined ? undefined : keyOf({ namespace: metadata.namespace, name });
}
