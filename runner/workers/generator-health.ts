import type { Health } from '../engine/recorder.ts';
import { readCpuLimits } from '../process/cgroup.ts';
import { countPauses } from '../process/gc-pauses.ts';

/** Begins to measure this thread. Each call of the result returns the health since then; `now` is the time since the load began. */
export function healthSince(now: () => number): () => Health {
  const cpu = process.threadCpuUsage();
  const loop = performance.eventLoopUtilization();
  const limits = readCpuLimits();
  const { pauses } = countPauses();
  return () => {
    const { user, system } = process.threadCpuUsage(cpu);
    const { utilization } = performance.eventLoopUtilization(loop);
    const throttledMs = limits.throttledMs();
    return {
      cpuMs: now() > 0 ? (user + system) / 1e3 : 0,
      eventLoopUtilization: Math.min(1, Math.max(0, utilization)),
      ...(throttledMs === undefined ? {} : { throttledMs }),
      gc: { ...pauses },
    };
  };
}
