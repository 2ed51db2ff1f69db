import { setTimeout as delay } from 'node:timers/promises';
import { errorText, type Log } from '../runtime/log.ts';
import { held, type Lease, mayHold, RENEW_DEADLINE_MS, RETRY_MS, released } from './lease.ts';

/** Reads and writes the one Lease of an election. */
export type LeaseStore = {
  /** Reads the Lease, and creates a missing one. */
  read(): Promise<Lease>;
  /** Rejects if the Lease has changed since it was read. */
  write(lease: Lease): Promise<Lease>;
};

export type ElectionOptions = {
  store: LeaseStore;
  /** Unique to this pod. A restarted container has the same identity and continues at once, because its predecessor has ended. */
  identity: string;
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
  const { store, identity, log, onLost, now = Date.now, ticks = () => performance.now(), sleep = delay } = options;
  const taken = await acquire({ ...options, now, ticks, sleep });
  let current = taken.lease;
  log.info('leading', { identity });

  let isOver = false;
  let renewing = Promise.resolve();
  let renewedAt = ticks();
  const renew = async (): Promise<void> => {
    try {
      current = await store.write(held(current, identity, now()));
      renewedAt = ticks();
    } catch (error) {
      log.warn('could not renew the Lease', { error: errorText(error) });
      // A previous write whose response was lost has changed the version.
      const seen = await store.read().catch(() => undefined);
      if (seen?.spec.holderIdentity === identity) current = seen;
      else if (seen !== undefined) renewedAt = Number.NEGATIVE_INFINITY;
    }
  };
  const keep = async (): Promise<void> => {
    while (!isOver) {
      await sleep(RETRY_MS);
      if (isOver) return;
      // A missing response must not delay the check of the deadline.
      renewing = renew();
      await Promise.race([renewing, sleep(RENEW_DEADLINE_MS - (ticks() - renewedAt))]);
      if (ticks() - renewedAt < RENEW_DEADLINE_MS || isOver) continue;
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
  identity,
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
      if (mayHold(lease, identity, ticks() - seenAt))
        return { lease: await store.write(held(lease, identity, now())), follows: waitsFor };
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
