// The global `performance` is an accessor in Node.
import { performance } from 'node:perf_hooks';
import { runDelayReader } from './run-delay.ts';

/** The figures of this thread's event loop, for the engine's ReadDelay. Reading the idle time takes 30 ns, the turns 20 ns. */
export function eventLoopFigures() {
  const { nodeTiming } = performance;
  return {
    idleUs: () => nodeTiming.idleTime * 1e3,
    turns: () => nodeTiming.uvMetricsInfo.loopCount,
    runDelayUs: runDelayReader() ?? (() => 0),
  };
}
