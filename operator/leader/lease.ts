import { microTime } from '../../api/common/time.ts';

/** coordination.k8s.io/v1 Lease, as far as an election reads and writes it. Times have six decimals. */
export type Lease = {
  metadata: { namespace: string; name: string; resourceVersion?: string };
  spec: {
    holderIdentity?: string;
    leaseDurationSeconds?: number;
    acquireTime?: string;
    renewTime?: string;
    leaseTransitions?: number;
  };
};

/** client-go's defaults: who does not renew for 15 s may be followed, who could not for 10 s gives up, tries are 2 s apart. */
export const LEASE_SECONDS = 15;
export const RENEW_DEADLINE_MS = 10_000;
export const RETRY_MS = 2_000;

/**
 * Whether `me` may take or keep a Lease. It has expired when this very state of it has been seen for as long as its holder said, by our
 * own clock: the times in it are by the clock of another machine.
 */
export function mayHold(lease: Lease, me: string, seenForMs: number): boolean {
  const { holderIdentity = '', leaseDurationSeconds = LEASE_SECONDS } = lease.spec;
  return holderIdentity === '' || holderIdentity === me || seenForMs >= leaseDurationSeconds * 1e3;
}

/** The Lease as `me` writes it when it takes or renews it. The version makes the write fail if another was faster. */
export function held(lease: Lease, me: string, nowMs: number): Lease {
  const { spec } = lease;
  const isMine = spec.holderIdentity === me;
  return {
    ...lease,
    spec: {
      holderIdentity: me,
      leaseDurationSeconds: LEASE_SECONDS,
      acquireTime: (isMine ? spec.acquireTime : undefined) ?? microTime(nowMs),
      renewTime: microTime(nowMs),
      leaseTransitions: (spec.leaseTransitions ?? 0) + (isMine ? 0 : 1),
    },
  };
}

/** The Lease as its holder leaves it, so that the next may take it at once. */
export function released(lease: Lease, nowMs: number): Lease {
  return {
    ...lease,
    spec: { ...lease.spec, holderIdentity: '', leaseDurationSeconds: 1, renewTime: microTime(nowMs) },
  };
}
