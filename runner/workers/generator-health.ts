import type { Health } from '../engine/recorder.ts';
import { readCpuLimits } from '../process/cgroup.ts';
import { countPauses } from '../process/gc-pauses.ts';

/** The process of a script uses one thread, beside which V8 compiles and collects garbage. */
const MOST_CORES = 4;

/**
 * Begins to measure this thread. Each call of the result returns the health since then; `now` is the time since the load began. `scriptCpuMs`:
 * the CPU time of its script's process since then, which cannot exceed that of a few threads.
 */
export function healthSince(now: () => number, scriptCpuMs: () => number = () => 0): () => Health {
  const cpu = process.threadCpuUsage();
  const loop = performance.eventLoopUtilization();
  const limits = readCpuLimits();
  const { pauses } = countPauses();
  const began = performance.now();
  return () => {
    const { user, system } = process.threadCpuUsage(cpu);
    const { utilization } = performance.eventLoopUtilization(loop);
    const throttledMs = limits.throttledMs();
    return {
      cpuMs: now() > 0 ? (user + system) / 1e3 + Math.min(scriptCpuMs(), MOST_CORES * (performance.now() - began)) : 0,
      eventLoopUtilization: Math.min(1, Math.max(0, utilization)),
      ...(throttledMs === undefined ? {} : { throttledMs }),
      gc: { ...pauses },
    };
  };
}
