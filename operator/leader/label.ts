import { setTimeout as delay } from 'node:timers/promises';
import { errorText, type Log } from '../runtime/log.ts';
import { RETRY_MS } from './lease.ts';

/** After this many failed attempts a pod keeps the label, because the label is not the only indication of the leader. */
const TRIES = 30;

export type LabelOptions = {
  /** Sets or removes the leader's label of a pod; rejects on failure. */
  label: (pod: string, isLeader: boolean) => Promise<void>;
  self: string;
  /** The previous leader, if known. */
  follows: string | undefined;
  log: Log;
  sleep?: (ms: number) => Promise<unknown>;
};

/**
 * Labels this pod, so that the Service selects it, and resolves afterwards. Also removes the label of the previous leader: a pod on a dead
 * node would keep it for minutes and receive every second connection.
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
