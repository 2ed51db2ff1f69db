import type { Startup, StartupFact } from './facts.ts';

/**
 * Admits a test, or makes it wait for others (`spec.target.exclusive`, `limits.maxConcurrentTests`). An admitted test creates its runners only
 * once its `startTime` is persisted, so that every later decision about another test sees it.
 */
export function admission({ test, job, turn }: Pick<Startup, 'test' | 'job' | 'turn'>): StartupFact | undefined {
  if (test.status.startTime !== undefined || job !== undefined) return undefined;
  return turn?.is === 'Waits' ? { is: 'AwaitsTurn', turn: turn.waiting } : { is: 'Admitted' };
}
