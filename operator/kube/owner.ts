import { API_VERSION } from '../../api/common/group.ts';
import type { KubeObject, OwnerReference } from './types.ts';

/** The owner references of an object that is made for one of this project's own, and deleted with it. */
export function controlledBy(kind: string, { name, uid }: { name: string; uid: string }): OwnerReference[] {
  return [{ apiVersion: API_VERSION, kind, name, uid, controller: true, blockOwnerDeletion: true }];
}

/** Whether an object was made for the very one with that uid: labels and names anyone may choose. */
export function isControlledBy({ metadata }: KubeObject, ownerUid: string): boolean {
  return metadata.ownerReferences?.some(({ uid, controller }) => controller === true && uid === ownerUid) ?? false;
}
