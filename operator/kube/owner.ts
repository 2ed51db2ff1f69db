import { API_VERSION } from '../../api/common/group.ts';
import type { KubeObject, OwnerReference } from './types.ts';

/** The owner references of an object that is created for a resource of this project and deleted with it. */
export function controlledBy(kind: string, { name, uid }: { name: string; uid: string }): OwnerReference[] {
  return [{ apiVersion: API_VERSION, kind, name, uid, controller: true, blockOwnerDeletion: true }];
}

/** The owner reference of an object that is deleted with a pod. */
export function ofPod({ name, uid }: { name: string; uid: string }): OwnerReference {
  return { apiVersion: 'v1', kind: 'Pod', name, uid };
}

/** Whether an object belongs to the owner with that uid. Labels and names prove nothing, because anyone may choose them. */
export function isControlledBy({ metadata }: KubeObject, ownerUid: string): boolean {
  return metadata.ownerReferences?.some(({ uid, controller }) => controller === true && uid === ownerUid) ?? false;
}
