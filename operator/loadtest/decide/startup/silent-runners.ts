import type { Waiting } from '../../../../model/lifecycle/stage.ts';
import { isAlive, runningSinceMs } from '../../resources/pods.ts';
import type { Startup } from './facts.ts';

/** A runner sends its first update within a second of its start; a busy node may take longer. */
const SILENT_MS = 15_000;
/** How often to look while pods run from which nothing has been heard. */
export const SILENT_AGAIN_MS = 5_000;

type Input = Pick<Startup, 'runners' | 'nowMs' | 'listeningSinceMs' | 'operatorUrl'>;

/** Pods that run and have sent nothing: what is wrong is not in them, and nothing else tells. Undefined without any. */
export function silentRunners(state: Input): Waiting | undefined {
  const silent = unheard(state).filter((sinceMs) => state.nowMs - sinceMs >= SILENT_MS).length;
  if (silent === 0) return undefined;
  const pods =
    silent === 1
      ? '1 pod runs, and nothing has been heard from it: it'
      : `${silent} pods run, and nothing has been heard from them: they`;
  return {
    reason: 'RunnersSilent',
    message: `${pods} must reach ${state.operatorUrl} (NetworkPolicy, service mesh, DNS)`,
  };
}

/** Whether any pod runs from which nothing has been heard yet. */
export function awaitsFirstUpdate(state: Input): boolean {
  return unheard(state).length > 0;
}

/** Since when the runners have been silent that run, epoch milliseconds. */
function unheard({ runners, listeningSinceMs }: Input): number[] {
  return runners.flatMap(({ state, pod }) => {
    const sinceMs = state === 'Waiting' && pod !== undefined && isAlive(pod) ? runningSinceMs(pod) : undefined;
    return sinceMs === undefined ? [] : Math.max(sinceMs, listeningSinceMs);
  });
}
