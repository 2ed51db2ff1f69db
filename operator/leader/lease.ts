import { microTime } from '../../api/common/time.ts';

/** The fields of a coordination.k8s.io/v1 Lease that an election uses. Times have six decimals. */
export type Lease = {
  metadata: { namespace: string; name: string; resourceVersion?: string; ownerReferences?: Owner[] };
  spec: {
    holderIdentity?: string;
    leaseDurationSeconds?: number;
    acquireTime?: string;
    renewTime?: string;
    leaseTransitions?: number;
  };
};

/** client-go's defaults: a Lease expires after 15 s, its holder gives up after 10 s without a renewal, attempts are 2 s apart. */
const LEASE_SECONDS = 15;
export const RENEW_DEADLINE_MS = 10_000;
export const RETRY_MS = 2_000;

/**
 * Whether `me` may acquire or keep a Lease. It has expired if it has not changed for its duration by the local clock. The times in it
 * are of another machine's clock.
 */
export function mayHold(lease: Lease, me: string, seenForMs: number): boolean {
  const { holderIdentity = '', leaseDurationSeconds = LEASE_SECONDS } = lease.spec;
  return holderIdentity === '' || holderIdentity === me || seenForMs >= leaseDurationSeconds * 1e3;
}

/** The reference to an object of the Lease's namespace. Without it, the garbage collector deletes the Lease. */
export type Owner = { apiVersion: string; kind: string; name: string; uid: string };

/** A holder of a Lease: its name, and the object with which the Lease ends, if it has one. */
export type Holder = { identity: string; owner?: Owner | undefined };

/** The Lease that `me` writes to acquire or renew it. The version makes the write fail if another replica was faster. */
export function held(lease: Lease, { identity: me, owner }: Holder, nowMs: number, seconds = LEASE_SECONDS): Lease {
  const { spec } = lease;
  const isMine = spec.holderIdentity === me;
  return {
    metadata: { ...lease.metadata, ownerReferences: owner === undefined ? [] : [owner] },
    spec: {
      holderIdentity: me,
      leaseDurationSeconds: seconds,
      acquireTime: (isMine ? spec.acquireTime : undefined) ?? microTime(nowMs),
      renewTime: microTime(nowMs),
      leaseTransitions: (spec.leaseTransitions ?? 0) + (isMine ? 0 : 1),
    },
  };
}

/** The released Lease, which the next replica may acquire at once. */
export function released(lease: Lease, nowMs: number): Lease {
  return {
    metadata: { ...lease.metadata, ownerReferences: [] },
    spec: { ...lease.spec, holderIdentity: '', leaseDurationSeconds: 1, renewTime: microTime(nowMs) },
  };
}
