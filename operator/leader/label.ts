import { setTimeout as delay } from 'node:timers/promises';
import { errorText, type Log } from '../runtime/log.ts';
import { RETRY_MS } from './lease.ts';

/** After this many tries in vain a pod keeps the label: it is not the only way to find out who leads. */
const TRIES = 30;

export type LabelOptions = {
  /** Puts the leader's label on a pod, or takes it off; rejects when that could not be done. */
  label: (pod: string, isLeader: boolean) => Promise<void>;
  self: string;
  /** Who led before, if that is known. */
  follows: string | undefined;
  log: Log;
  sleep?: (ms: number) => Promise<unknown>;
};

/**
 * Makes the Service find this pod; resolves when it does. Meanwhile whoever led before loses its label: a pod whose node is gone keeps it
 * for minutes, and would get every second connection.
 */
export async function takeLabel({ label, self, follows, log, sleep = delay }: LabelOptions): Promise<void> {
  const insist = async (pod: string, isLeader: boolean, tries: number): Promise<void> => {
    for (let left = tries; left > 0; left--) {
      try {
        return await label(pod, isLeader);
      } catch (error) {
        log.warn('could not label the pod that leads', { pod, isLeader, error: errorText(error) });
      }
      await sleep(RETRY_MS);
    }
  };
  if (follows !== undefined && follows !== self) void insist(follows, false, TRIES);
  await insist(self, true, Number.POSITIVE_INFINITY);
}
