import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { hash32 } from '../common/random.ts';

/** The seed from which the requests of a test derive: that of its spec, and otherwise one of the object's uid, which is new in every run. */
export function seedOf({ seed }: Pick<LoadTestSpec, 'seed'>, uid: string): number {
  return seed ?? textHash(uid);
}

function textHash(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = hash32(hash ^ text.charCodeAt(i));
  return hash;
}
