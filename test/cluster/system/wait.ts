import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions {
  timeoutMs: number;
  /** Time between two attempts. */
  intervalMs?: number;
  /** Called before each attempt; throws if further waiting is pointless. */
  assertPossible?: () => void;
}

/** Repeats `attempt` until it returns something other than undefined. A rejection counts as "not yet". */
export async function until<T>(
  what: string,
  attempt: () => Promise<T | undefined> | T | undefined,
  options: WaitOptions,
): Promise<T> {
  const deadline = Date.now() + options.timeoutMs;
  let last: unknown;
  for (;;) {
    options.assertPossible?.();
    try {
      const result = await attempt();
      if (result !== undefined) return result;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) {
      throw new Error(`${what}: not within ${options.timeoutMs / 1000} s`, { cause: last });
    }
    await sleep(options.intervalMs ?? 100);
  }
}
