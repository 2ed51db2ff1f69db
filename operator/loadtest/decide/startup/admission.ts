import type { Startup, StartupFact } from './facts.ts';

/**
 * Admits a test, or makes it wait for others (`spec.target.exclusive`, `limits.maxConcurrentTests`). An admitted test creates its runners only
 * once its `startTime` is persisted, so that every later decision about another test sees it.
 */
export function admission({
  test,
  job,
  waitsFor,
}: Pick<Startup, 'test' | 'job' | 'waitsFor'>): StartupFact | undefined {
  if (test.status.startTime !== undefined || job !== undefined) return undefined;
  return waitsFor === undefined ? { is: 'Admitted' } : { is: 'AwaitsTurn', turn: waitsFor };
}
