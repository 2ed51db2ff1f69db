import type { Pod } from '../../kube/types.ts';
import type { FindJob } from '../../loadtest/resources/pods.ts';
import { type Refusal, tooMany } from '../refusal.ts';
import type { Authenticate } from './authenticator.ts';
import { type RunnerIdentity, runnerOf } from './runner-identity.ts';
import { claimsOf } from './token-claims.ts';

export type IdentityDependencies = {
  authenticate: Authenticate;
  pod: (namespace: string, name: string) => Pod | undefined;
  job: FindJob;
  now: () => number;
};

const INVALID_TOKEN: Refusal = { status: 401, error: 'the token is not valid for this audience' };
const NO_POD: Refusal = { status: 403, error: "only a pod's token may send updates" };

/**
 * The runner that holds `token`, which came from `address`. The pod that the token claims must be a runner that the operator knows before the
 * API server is asked whether the claim is true. Rejects when the API server cannot review the token.
 */
export async function identify(
  { authenticate, pod: find, job, now }: IdentityDependencies,
  { token, address }: { token: string | undefined; address: string },
): Promise<RunnerIdentity | Refusal> {
  if (token === undefined) return { status: 401, error: 'a bearer token is needed' };
  const claims = claimsOf(token);
  if (claims === undefined || claims.expiresMs <= now()) return INVALID_TOKEN;
  if (claims.pod === undefined) return NO_POD;
  const pod = find(claims.pod.namespace, claims.pod.name);
  if (pod === undefined || pod.metadata.uid !== claims.pod.uid) return { status: 404, error: 'the pod is not known' };
  const runner = runnerOf(pod, job);
  if (runner === undefined) return { status: 403, error: 'the pod is not a runner of a LoadTest' };
  const caller = await authenticate(token, { expiresMs: claims.expiresMs, sender: `${address} ${runner.podUid}` });
  if (caller.kind === 'Busy') return tooMany('too many tokens are being reviewed', caller.retryAfterMs);
  if (caller.kind === 'NoPod') return NO_POD;
  return caller.kind === 'Pod' && caller.pod.uid === runner.podUid ? runner : INVALID_TOKEN;
}
