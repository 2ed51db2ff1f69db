import { setTimeout as delay } from 'node:timers/promises';
import { errorText, type Log } from '../runtime/log.ts';
import { held, type Lease, mayHold, RENEW_DEADLINE_MS, RETRY_MS, released } from './lease.ts';

/** Reads and writes the one Lease of an election. */
export type LeaseStore = {
  /** The Lease; it is made when there is none. */
  read(): Promise<Lease>;
  /** Rejects when the Lease is no longer the one that was read. */
  write(lease: Lease): Promise<Lease>;
};

export type ElectionOptions = {
  store: LeaseStore;
  /** Ours alone. A container that is restarted in its pod has it again, and goes on at once: the one before it has ended. */
  identity: string;
  log: Log;
  /** Told when the Lease was lost, from when on another may lead: the process must end. */
  onLost: () => void;
  /** Wall clock, for the times in the Lease. */
  now?: () => number;
  /** A clock that only goes forward, for what has been seen. */
  ticks?: () => number;
  sleep?: (ms: number) => Promise<unknown>;
};

export type Leadership = {
  /** Who led while we waited, if anybody did: one that vanished has left behind what told that it leads. */
  follows: string | undefined;
  /** Ends it so that the next may lead at once. */
  release(): Promise<void>;
};

/** Waits until this process leads, and from then on renews its Lease. */
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
      // Another write of our own whose answer was lost has another version.
      const seen = await store.read().catch(() => undefined);
      if (seen?.spec.holderIdentity === identity) current = seen;
      else if (seen !== undefined) renewedAt = Number.NEGATIVE_INFINITY;
    }
  };
  const keep = async (): Promise<void> => {
    while (!isOver) {
      await sleep(RETRY_MS);
      if (isOver) return;
      // An answer that does not come must not keep us from noticing how late it is.
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
