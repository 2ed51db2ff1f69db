import type { KubeObject } from './types.ts';

/** Whether an object was made for the very one with that uid: labels and names anyone may choose. */
export function isControlledBy({ metadata }: KubeObject, ownerUid: string): boolean {
  return metadata.ownerReferences?.some(({ uid, controller }) => controller === true && uid === ownerUid) ?? false;
}
