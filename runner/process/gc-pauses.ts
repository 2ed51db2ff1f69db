import { PerformanceObserver } from 'node:perf_hooks';

/** The garbage collections of one thread: their number, and their total and longest time, for which the thread was stopped. */
export type Pauses = { count: number; totalMs: number; maxMs: number };

/** Counts this thread's garbage collections until `stop`. */
export function countPauses(): { readonly pauses: Readonly<Pauses>; stop(): void } {
  const pauses = { count: 0, totalMs: 0, maxMs: 0 };
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      pauses.count++;
      pauses.totalMs += duration;
      pauses.maxMs = Math.max(pauses.maxMs, duration);
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  return { pauses, stop: () => observer.disconnect() };
}
