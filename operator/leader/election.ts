import { setTimeout as delay } from 'node:timers/promises';
import { errorText, type Log } from '../runtime/log.ts';
import { type Holder, held, type Lease, mayHold, RENEW_DEADLINE_MS, RETRY_MS, released } from './lease.ts';

/** Reads and writes the one Lease of an election. */
export type LeaseStore = {
  /** Reads the Lease, and creates a missing one. */
  read(): Promise<Lease>;
  /** Rejects if the Lease has changed since it was read. */
  write(lease: Lease): Promise<Lease>;
};

export type ElectionOptions = {
  store: LeaseStore;
  /**
   * This pod. A restarted container has the same identity and continues at once, because its predecessor has ended. The Lease is deleted with
   * the pod: a leader that may no longer release it, as during `helm uninstall`, leaves none behind.
   */
  holder: Holder;
  log: Log;
  /** Called when the Lease is lost. Another replica may lead from then on, so that the process must exit. */
  onLost: () => void;
  /** Wall clock, for the times in the Lease. */
  now?: () => number;
  /** Monotonic clock, for the age of an observation. */
  ticks?: () => number;
  sleep?: (ms: number) => Promise<unknown>;
};

export type Leadership = {
  /** The previous holder of the Lease, if any. A holder that crashed leaves a stale pod label behind. */
  follows: string | undefined;
  /** Releases the Lease, so that the next replica may lead at once. */
  release(): Promise<void>;
};

/** Waits until this process leads, and renews its Lease from then on. */
export async function lead(options: ElectionOptions): Promise<Leadership> {
  const { store, holder, log, onLost, now = Date.now, ticks = () => performance.now(), sleep = delay } = options;
  const taken = await acquire({ ...options, now, ticks, sleep });
  let current = taken.lease;
  const { identity } = holder;
  log.info('leading', { identity });

  let isOver = false;
  let renewing = Promise.resolve();
  let isRenewing = false;
  /** How long this process has run since its last renewal. While a starved node stops it, no response can arrive. */
  let ranMs = 0;
  const renew = async (): Promise<void> => {
    isRenewing = true;
    try {
      current = await store.write(held(current, holder, now()));
      ranMs = 0;
    } catch (error) {
      log.warn('could not renew the Lease', { error: errorText(error) });
      // A previous write whose response was lost has changed the version. Without a holder, the Lease was deleted.
      const seen = await store.read().catch(() => undefined);
      if (seen === undefined) return;
      if ((seen.spec.holderIdentity || identity) === identity) current = seen;
      else ranMs = Number.POSITIVE_INFINITY;
    } finally {
      isRenewing = false;
    }
  };
  /** Waits for a step, or for `other` if that is sooner. */
  const step = async (...other: Promise<void>[]): Promise<void> => {
    const beganMs = ticks();
    await Promise.race([sleep(RETRY_MS), ...other]);
    ranMs += Math.min(ticks() - beganMs, RETRY_MS);
  };
  const keep = async (): Promise<void> => {
    while (!isOver) {
      await step();
      if (isOver) return;
      if (!isRenewing) renewing = renew();
      // A missing response must not delay the check of the deadline.
      await step(renewing);
      if (ranMs < RENEW_DEADLINE_MS || isOver) continue;
      log.error('lost the Lease', { identity });
      isOver = true;
      onLost();
    }
  };
  void keep();
  return {
    follows: taken.follows,
    release: async () => {
      if (isOver) return;
      isOver = true;
      await renewing;
      await store.write(released(current, now())).catch((error) => {
        log.warn('could not release the Lease', { error: errorText(error) });
      });
    },
  };
}

async function acquire({
  store,
  holder,
  log,
  now,
  ticks,
  sleep,
}: Required<Omit<ElectionOptions, 'onLost'>>): Promise<{ lease: Lease; follows: string | undefined }> {
  let version: string | undefined;
  let seenAt = ticks();
  let waitsFor: string | undefined;
  for (;;) {
    try {
      const lease = await store.read();
      if (lease.metadata.resourceVersion !== version) {
        version = lease.metadata.resourceVersion;
        seenAt = ticks();
      }
      const { holderIdentity } = lease.spec;
      if (mayHold(lease, holder.identity, ticks() - seenAt))
        return { lease: await store.write(held(lease, holder, now())), follows: waitsFor };
      if (holderIdentity !== waitsFor) {
        waitsFor = holderIdentity;
        log.info('waiting to lead', { leader: waitsFor });
      }
    } catch (error) {
      log.warn('could not get the Lease', { error: errorText(error) });
    }
    await sleep(RETRY_MS);
  }
}
