import type { Startup, StartupFact } from './facts.ts';

/** A runner that cannot run ends a test before its load: without it there would be another load. */
export function runnerFailed({ runners }: Pick<Startup, 'runners'>): StartupFact | undefined {
  const failed = runners.find((r) => r.state === 'Failed');
  if (failed === undefined) return undefined;
  const { index, message, update } = failed;
  return { is: 'NeverRan', reason: update?.reason ?? 'RunnerFailed', message: `runner ${index}: ${message}` };
}

/** A pod that succeeds before the load counts as done for its Job, so that the test can never start. */
export function runnerLost({ runners }: Pick<Startup, 'runners'>): StartupFact | undefined {
  const lost = runners.find((r) => r.state === 'Lost');
  if (lost === undefined) return undefined;
  return { is: 'NeverRan', reason: 'RunnersLost', message: `runner ${lost.index}: ${lost.message}` };
}
