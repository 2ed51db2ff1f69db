import type { Lease } from '../leader/lease.ts';

/** The Lease of a namespace that names the installation of the operator that serves it. */
export const SERVING_LEASE = 'loadtest.dev';

/** Longer than a restart of the operator, or a starved node: another installation that took over could not hear the runners. */
export const LEASE_SECONDS = 90;
export const RENEW_MS = 20_000;
/** An installation that has missed a renewal for so long was uninstalled, or gets no CPU. */
const SILENT_MS = RENEW_MS + 10_000;

/**
 * Another installation, which holds the Lease of a namespace. Another: it was seen to renew the Lease. Unknown: whether it still exists will
 * show. `isSilent`: it has missed a renewal.
 */
export type Holder = {
  is: 'Unknown' | 'Another';
  identity: string;
  isSilent: boolean;
  /** When it last renewed the Lease, by its own clock. */
  renewTime: string | undefined;
  /** When the Lease expires unless its holder renews it, epoch milliseconds. */
  untilMs: number;
};

/** Who serves a namespace. */
export type Server = { is: 'Us' } | Holder;

/** The Lease when it was last read, and whom it made the server. Undefined: the API server refused it. */
export type Before = { server: Server; lease: Lease | undefined };

/** The holder of a Lease that we may not take, by the Lease as it was before, and for how long this version of it has been seen. */
export function holderOf(
  { metadata, spec: { holderIdentity: identity = '', renewTime } }: Lease,
  before: Before | undefined,
  { nowMs, seenForMs }: { nowMs: number; seenForMs: number },
): Holder {
  const isRenewed =
    before?.lease !== undefined &&
    before.lease.metadata.resourceVersion !== metadata.resourceVersion &&
    before.lease.spec.holderIdentity === identity;
  const wasServer = before?.server.is === 'Another' && before.server.identity === identity;
  const is = isRenewed || wasServer ? 'Another' : 'Unknown';
  // The clock of another machine is all there is to go by until a renewal has been due.
  const silentMs = is === 'Another' || renewTime === undefined ? seenForMs : nowMs - Date.parse(renewTime);
  return {
    ...{ is, identity, renewTime },
    isSilent: Math.max(seenForMs, silentMs) >= SILENT_MS,
    untilMs: nowMs + LEASE_SECONDS * 1e3 - seenForMs,
  };
}
